package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the command line on the socket of {@link ControlSocket}. It also keeps a second gateway from running on the
 * same data.
 *
 * <p>Threads: its own, {@code qanat-control}; operations run on them, a few at a time.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int AT_ONCE = 4;

    private final Path file;
    private final ServerSocketChannel server;
    private volatile Map<String, Operation> operations = Map.of();
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(AT_ONCE + 1, task -> new Thread(task, "qanat-control"));

    private ControlServer(Path file, ServerSocketChannel server) {
        this.file = file;
        this.server = server;
    }

    /**
     * @throws IOException when a gateway runs on the folder; for what must not even begin then, such as the embedded broker
     */
    public static void requireFree(Path data) throws IOException {
        ControlSocket.requireFree(data);
    }

    /**
     * Takes the data folder for this process; requests wait until {@link #serve}.
     *
     * @throws IOException when another gateway runs on the folder, or the socket cannot be made
     */
    public static ControlServer bind(Path data) throws IOException {
        ControlSocket.prepare(data);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(ControlSocket.address(data));
        return new ControlServer(ControlSocket.file(data), server);
    }

    /** @param operations by name */
    public void serve(Map<String, Operation> operations) {
        this.operations = Map.copyOf(operations);
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                connections.add(connection);
                threads.execute(() -> serve(connection));
            }
        } catch (ClosedChannelException | RejectedExecutionException e) {
            LOG.trace("The control socket is closed", e);
        } catch (IOException e) {
            LOG.warn("The control socket {} takes no more requests; the gateway goes on", file, e);
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            BufferedReader reader = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
            String line = reader.readLine();
            if (line != null) {
                byte[] answer =
                        (ControlSocket.JSON.writeValueAsString(answer(line)) + "\n").getBytes(StandardCharsets.UTF_8);
                Channels.newOutputStream(connection).write(answer);
            }
        } catch (IOException e) {
            LOG.debug("A command line went away before it had its answer", e);
        } finally {
            connections.remove(connection);
        }
    }

    private Map<String, Object> answer(String line) {
        try {
            JsonNode request = ControlSocket.JSON.readTree(line);
            String name = request.path("operation").asText();
            Operation operation = operations.get(name);
            if (operation == null) {
                throw new IllegalArgumentException("this gateway has no operation '" + name + "': it has "
                        + operations.keySet().stream().sorted().toList());
            }
            return Map.of("result", operation.run(request.path("arguments")));
        } catch (Exception e) {
            // The boundary: whatever an operation fails with is for whoever asked.
            LOG.debug("A control operation failed", e);
            String message = e.getMessage();
            return Map.of("error", message == null ? e.toString() : message);
        }
    }

    /** Ends open requests without an answer. */
    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
        threads.shutdownNow();
        Files.deleteIfExists(file);
    }
}
