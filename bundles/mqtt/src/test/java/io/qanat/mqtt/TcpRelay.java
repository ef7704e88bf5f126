package io.qanat.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * A network between gateway and broker that the test can break: goes silent, resets, delays, or holds back packets of
 * one type that the broker sends.
 */
final class TcpRelay implements AutoCloseable {
    /** Types of MQTT packets. */
    static final int PUBLISH = 3;

    static final int SUBACK = 9;

    private final ServerSocket server;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private volatile boolean silent;
    private volatile boolean closed;
    private volatile int swallowed;
    private volatile long delayNanos;

    private TcpRelay(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    /** A relay to a port of the loopback. */
    static TcpRelay to(int port) throws IOException {
        return new TcpRelay(port);
    }

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    /** Both sides see an open connection on which nothing moves, as behind a dead router; new connections too. */
    void silence() {
        silent = true;
    }

    /** Bytes move again on connections that are still open. */
    void resume() {
        synchronized (gate) {
            silent = false;
            gate.notifyAll();
        }
    }

    /** Forgets the silent connections, as a router that was replaced: what they were sent is never delivered. */
    void replaceRouter() {
        List<Socket> old = List.copyOf(sockets);
        sockets.removeAll(old);
        old.forEach(TcpRelay::close);
        resume();
    }

    /** Breaks all connections by a reset. */
    void reset() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            close(socket);
        }
        sockets.clear();
    }

    /** Each read from either side waits for so long. */
    void delayMillis(long millis) {
        delayNanos = millis * 1_000_000;
    }

    /** Packets of this type get lost on their way from the broker; 0 for none. Only where each is sent on its own. */
    void swallow(int packetType) {
        swallowed = packetType;
    }

    /** Sends a packet to the broker in the gateway's name. */
    void inject(byte[] packet) throws IOException {
        sockets.get(sockets.size() - 1).getOutputStream().write(packet);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket gateway = server.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(gateway, broker));
                start("up", () -> relay(gateway, broker, false));
                start("down", () -> relay(broker, gateway, true));
            } catch (IOException e) {
                // Closed, or the broker is away: the gateway's connection is refused or ends.
            }
        }
    }

    private void relay(Socket from, Socket to, boolean down) {
        byte[] buffer = new byte[4096];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                LockSupport.parkNanos(delayNanos);
                awaitSound();
                if (!(down && (buffer[0] & 0xF0) >> 4 == swallowed)) {
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            // One side is gone: so is the other.
        }
        close(from);
        close(to);
    }

    private void awaitSound() throws IOException {
        synchronized (gate) {
            while (silent && !closed) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException("stopped", e);
                }
            }
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "test-relay-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        resume();
        new ArrayList<>(sockets).forEach(TcpRelay::close);
    }
}
