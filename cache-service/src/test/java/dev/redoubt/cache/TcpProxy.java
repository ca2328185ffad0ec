package dev.redoubt.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A way to a server that can be made bad. What does not pass is held back and passes later, as TCP does it with packets that get lost: a
 * connection stalls, and is not reset.
 */
final class TcpProxy implements AutoCloseable {

    /** What passes. */
    enum Way {
        BOTH,
        /** Requests arrive, answers do not: a half-open link. */
        REQUESTS_ONLY,
        NOTHING
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Way way = Way.BOTH;
    private volatile long delayMillis;

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void pass(Way passing) {
        way = passing;
        synchronized (this) {
            notifyAll();
        }
    }

    /** Everything takes that much longer, in each direction. */
    void delay(long millis) {
        delayMillis = millis;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(upstream);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            pump(client, upstream, true);
            pump(upstream, client, false);
        } catch (IOException refused) {
            close(client);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    private record Piece(byte[] bytes, long due) {}

    private void pump(Socket from, Socket to, boolean requests) {
        LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> read(from, pieces));
        Thread.ofVirtual().start(() -> write(from, to, pieces, requests));
    }

    private void read(Socket from, LinkedBlockingQueue<Piece> pieces) {
        byte[] buffer = new byte[65_536];
        try {
            InputStream in = from.getInputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                pieces.add(new Piece(Arrays.copyOf(buffer, length), due()));
            }
        } catch (IOException gone) {
            // The end is told below.
        }
        pieces.add(new Piece(new byte[0], due()));
    }

    private long due() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    }

    private void write(Socket from, Socket to, LinkedBlockingQueue<Piece> pieces, boolean requests) {
        try {
            OutputStream out = to.getOutputStream();
            for (Piece piece = pieces.take(); piece.bytes().length > 0; piece = pieces.take()) {
                TimeUnit.NANOSECONDS.sleep(piece.due() - System.nanoTime());
                awaitPassage(requests);
                out.write(piece.bytes());
            }
            awaitPassage(requests);
        } catch (IOException | InterruptedException gone) {
            // The end is told below.
        }
        close(from);
        close(to);
    }

    private synchronized void awaitPassage(boolean requests) throws InterruptedException {
        while (way == Way.NOTHING || (way == Way.REQUESTS_ONLY && !requests)) {
            wait();
        }
    }

    private void close(Socket socket) {
        sockets.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        pass(Way.BOTH);
        sockets.forEach(this::close);
    }
}
