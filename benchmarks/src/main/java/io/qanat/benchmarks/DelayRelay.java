package io.qanat.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network of a known length to a server on this machine: what goes in comes out later by half a round trip, as fast as it
 * went in.
 *
 * <p>Threads: its own, two for each direction of each connection.
 */
final class DelayRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DelayRelay.class);
    private static final int BUFFER = 65_536;

    private final ServerSocket server;
    private final int target;
    private final long delayNanos;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bench-relay");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param target port of the server on the loopback
     * @param roundTripNanos added to what the machine itself needs
     */
    DelayRelay(int target, long roundTripNanos) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        this.delayNanos = roundTripNanos / 2;
        threads.execute(this::accept);
    }

    private record Chunk(byte[] bytes, long dueNanos) {}

    String url() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
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

    private void connect(Socket client) throws IOException {
        Socket upstream = new Socket();
        sockets.add(client);
        sockets.add(upstream);
        upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        carry(client, upstream);
        carry(upstream, client);
    }

    private void carry(Socket from, Socket to) {
        BlockingQueue<Chunk> way = new LinkedBlockingQueue<>();
        threads.execute(() -> read(from, way));
        threads.execute(() -> write(way, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> way) {
        byte[] buffer = new byte[BUFFER];
        try (from) {
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                way.add(new Chunk(Arrays.copyOf(buffer, read), System.nanoTime() + delayNanos));
            }
        } catch (IOException e) {
            LOG.trace("The connection has ended", e);
        } finally {
            // The end of the stream travels as long as the rest.
            way.add(new Chunk(new byte[0], System.nanoTime() + delayNanos));
        }
    }

    private void write(BlockingQueue<Chunk> way, Socket to) {
        try (to) {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = way.take(); chunk.bytes().length > 0; chunk = way.take()) {
                Waiting.until(chunk.dueNanos());
                out.write(chunk.bytes());
            }
        } catch (IOException e) {
            LOG.trace("The connection has ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
