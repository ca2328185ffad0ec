package dev.redoubt.operator.server;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * Knocks at a server as somebody who must not be let in: without a password, without encryption, with an outdated TLS. Each knock is
 * a connection of its own, bounded in time, and sends nothing that could change anything.
 */
final class Strangers {
    /** Enough for any of the answers that are looked at. */
    private static final int MAX_ANSWER = 512;

    private static final int TLS_1_0 = 0x0301;
    private static final int TLS_1_1 = 0x0302;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM_BYTES = 32;

    /** ECDHE and RSA with AES: what a server that still speaks TLS 1.1 takes, whatever its key. */
    private static final int[] OLD_SUITES = {0xC009, 0xC00A, 0xC013, 0xC014, 0x002F, 0x0035, 0x00FF};

    private final ServerTarget target;
    private final SSLContext context;
    private final int millis;

    private Strangers(ServerTarget target, SSLContext context, Duration timeout) {
        this.target = target;
        this.context = context;
        this.millis = Math.toIntExact(timeout.toMillis());
    }

    /**
     * All knocks.
     *
     * @param context what trusts the server's authority, kept from one meeting with it to the next: where the session of before can be
     *     resumed, the server still presents the certificate that was seen then. It makes the keys of its tickets, which it tells nobody,
     *     when it reads its certificate, and again whenever it does so anew
     * @throws IOException if there is no connection, or its certificate is not trusted
     */
    static StrangerFacts meet(ServerTarget target, SSLContext context, Duration timeout) throws IOException {
        var strangers = new Strangers(target, context, timeout);
        var naked = target.certificate().isPresent() && isAdmitted(target.presenting(Optional.empty()), timeout);
        return strangers.overTls(strangers.plainText(), strangers.oldTls(), naked);
    }

    /**
     * Whether the server answers at all over a connection on which {@code target} presents what it has. With TLS 1.3 the handshake ends before
     * the server has looked at that. No session is resumed, for which it would not look at it again.
     *
     * @throws IOException if there is no connection
     */
    static boolean isAdmitted(ServerTarget target, Duration timeout) throws IOException {
        var context = ServedCertificate.trusting(target);
        try (var plain = new Strangers(target, context, timeout).connect();
                var socket = ServedCertificate.handshake(plain, target, context)) {
            return !ask(socket, "PING\r\n").isEmpty();
        } catch (NotConnectedException e) {
            throw e;
        } catch (SSLException | SocketException e) {
            return false;
        }
    }

    private StrangerFacts overTls(String plainText, boolean oldTls, boolean withoutCertificate) throws IOException {
        try (var plain = connect();
                var socket = ServedCertificate.handshake(plain, target, context)) {
            var served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return new StrangerFacts(
                    ask(socket, "PING\r\n"),
                    ask(socket, "AUTH default default\r\n"),
                    plainText,
                    oldTls,
                    withoutCertificate,
                    served.getSerialNumber().toString(16));
        }
    }

    /** Empty when there is none: a server that cuts has refused. */
    private static String ask(SSLSocket socket, String command) throws IOException {
        try {
            socket.getOutputStream().write(command.getBytes(StandardCharsets.US_ASCII));
            return firstLine(socket.getInputStream());
        } catch (SocketException | SSLException e) {
            return "";
        }
    }

    /** The answer in Redis's protocol, if there is one: what is encrypted, or a closed connection, is none. */
    private String plainText() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            var answer = firstLine(socket.getInputStream());
            return answer.startsWith("+") || answer.startsWith("-") ? answer : "";
        } catch (SocketException | SocketTimeoutException e) {
            return noConnection(e);
        }
    }

    /** The first bytes of the answer to a client that offers TLS 1.1 at most: a handshake goes on, an alert does not. */
    private boolean oldTls() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(clientHello());
            return socket.getInputStream().read() == HANDSHAKE;
        } catch (SocketException | SocketTimeoutException e) {
            return !noConnection(e).isEmpty();
        }
    }

    /** Once connected, a server that cuts or says nothing has refused. */
    private static String noConnection(IOException refusal) throws IOException {
        if (refusal instanceof NotConnectedException) {
            throw refusal;
        }
        return "";
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(target.address(), target.port()), millis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new NotConnectedException(e);
        }
    }

    private static final class NotConnectedException extends SocketException {
        NotConnectedException(IOException cause) {
            super("No connection: " + cause.getMessage());
            initCause(cause);
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next >= 0 && next != '\n' && line.length() < MAX_ANSWER; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** RFC 4346, with the extensions of RFC 4492 that servers want for elliptic curves. */
    private static byte[] clientHello() throws IOException {
        var body = new ByteArrayOutputStream();
        var hello = new DataOutputStream(body);
        hello.writeShort(TLS_1_1);
        hello.write(new byte[RANDOM_BYTES]);
        hello.writeByte(0); // no session
        hello.writeShort(OLD_SUITES.length * 2);
        for (var suite : OLD_SUITES) {
            hello.writeShort(suite);
        }
        hello.write(new byte[] {1, 0}); // no compression
        var extensions = new byte[] {
            0,
            10,
            0,
            6,
            0,
            4,
            0,
            23,
            0,
            24, // supported_groups: secp256r1, secp384r1
            0,
            11,
            0,
            2,
            1,
            0 // ec_point_formats: uncompressed
        };
        hello.writeShort(extensions.length);
        hello.write(extensions);

        var record = new ByteArrayOutputStream();
        var out = new DataOutputStream(record);
        out.writeByte(HANDSHAKE);
        out.writeShort(TLS_1_0);
        out.writeShort(body.size() + 4);
        out.writeByte(CLIENT_HELLO);
        out.writeByte(0);
        out.writeShort(body.size());
        body.writeTo(out);
        return record.toByteArray();
    }
}
