package dev.redoubt.operator.redis;

import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.cluster.TlsContext;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One connection that speaks the Redis protocol, and shows every answer exactly as the server gives it. */
public final class RespConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    private RespConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Encrypted, trusting {@code authorityPem} alone. */
    static RespConnection overTls(String address, int port, String authorityPem) throws IOException {
        return overTls(address, port, authorityPem, Optional.empty());
    }

    /** Encrypted, trusting {@code authorityPem} alone, and presenting {@code certificate}. */
    static RespConnection overTls(String address, int port, String authorityPem, Optional<KeyedCertificate> certificate)
            throws IOException {
        return new RespConnection(
                TlsContext.of(authorityPem, certificate).getSocketFactory().createSocket(address, port));
    }

    /** Not encrypted. */
    public static RespConnection plain(String address, int port) throws IOException {
        return new RespConnection(new Socket(address, port));
    }

    /** The answer: an error begins with {@code -}; arrays are lists, numbers {@link Long}, nil is null. */
    public Object send(String... command) throws IOException {
        var request = new ByteArrayOutputStream();
        request.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (var word : command) {
            var bytes = word.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            request.writeBytes(bytes);
            request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        socket.getOutputStream().write(request.toByteArray());
        socket.getOutputStream().flush();
        return read();
    }

    /** The answer as text. */
    public String ask(String... command) throws IOException {
        return String.valueOf(send(command));
    }

    private Object read() throws IOException {
        var line = line();
        var rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> line;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            default -> throw new IOException("No answer of this protocol: " + line);
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        var bytes = in.readNBytes(length);
        line();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private List<Object> array(int length) throws IOException {
        var values = new ArrayList<>();
        for (var i = 0; i < length; i++) {
            values.add(read());
        }
        return values;
    }

    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The server closed the connection");
            }
            bytes.write(next);
        }
        var text = bytes.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
