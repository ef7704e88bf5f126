package io.qanat.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network between a client and a server on this machine that can fail: it goes silent, so that both sides still think
 * that they are connected, or it resets.
 *
 * <p>Threads: any; its own for each direction of each connection.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final long LOOK_NANOS = 5_000_000;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean silent;

    private Relay(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** @param target port of the server on the loopback */
    public static Relay to(int target) throws IOException {
        Relay relay = new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        relay.threads.execute(relay::accept);
        return relay;
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Nothing passes any more in either direction, and nobody is told; {@code false} lets it pass again. */
    public void silent(boolean silence) {
        silent = silence;
    }

    /** Ends all connections with a reset. */
    public void reset() {
        sockets.forEach(Relay::reset);
        sockets.clear();
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.trace("It was closed already", e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                LOG.trace("The relay is closed", e);
            }
        }
    }

    private void connect(Socket client) {
        Socket upstream = new Socket();
        sockets.add(client);
        sockets.add(upstream);
        try {
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            threads.execute(() -> pump(client, upstream));
            threads.execute(() -> pump(upstream, client));
        } catch (IOException e) {
            // The server is away: the client sees its connection end, as it would without a relay.
            reset(client);
            reset(upstream);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                while (silent && !to.isClosed()) {
                    LockSupport.parkNanos(LOOK_NANOS);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One side is gone: so is the other, by try-with-resources.
            sockets.remove(from);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        reset();
        threads.shutdownNow();
    }
}
