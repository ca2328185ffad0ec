package dev.redoubt.operator.server;

/**
 * What a server does with somebody who has no password.
 *
 * @param ping its answer to PING, over TLS
 * @param defaultLogin its answer to AUTH as {@code default}
 * @param plainText its answer to PING without TLS; empty if it gave none that is Redis's protocol
 * @param oldTls whether it goes on with a client that knows no newer version than TLS 1.1
 * @param serial of the certificate that it presents, in lower-case hexadecimal
 */
public record StrangerFacts(String ping, String defaultLogin, String plainText, boolean oldTls, String serial) {}
