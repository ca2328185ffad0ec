package dev.redoubt.operator.server;

/**
 * What a server does with somebody who has no password.
 *
 * @param ping its answer to PING, over TLS; empty if it cut the connection before, as one does that is being ended
 * @param defaultLogin its answer to AUTH as {@code default}
 * @param plainText its answer to PING without TLS; empty if it gave none that is Redis's protocol
 * @param oldTls whether it goes on with a client that knows no newer version than TLS 1.1
 * @param withoutCertificate whether it answers, over TLS, somebody who presents no certificate; not asked where the operator itself
 *     presents none
 * @param serial of the certificate that it presents, in lower-case hexadecimal
 */
public record StrangerFacts(
        String ping,
        String defaultLogin,
        String plainText,
        boolean oldTls,
        boolean withoutCertificate,
        String serial) {}
