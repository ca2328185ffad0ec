package dev.redoubt.operator.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port of localhost, which is a name in the server's certificate, that leads to a server with an address of its own. */
final class Forwarder implements AutoCloseable {
    private final ServerSocket listener;

    Forwarder(String address, int port) throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(address, port));
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept(String address, int port) {
        while (!listener.isClosed()) {
            try {
                var near = listener.accept();
                var far = new Socket(address, port);
                Thread.ofVirtual().start(() -> copy(near, far));
                Thread.ofVirtual().start(() -> copy(far, near));
            } catch (IOException e) {
                // Closed, or nobody listens there: the next one may have more luck.
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of them was closed: so is the other.
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
