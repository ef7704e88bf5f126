package io.qanat.mqtt;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real broker as a process of its own on a free port of the loopback; it can be killed and started again there. */
public final class TestBroker implements AutoCloseable {
    static {
        // Brokers start slowly where others use the processor too.
        Awaitility.setDefaultTimeout(30, TimeUnit.SECONDS);
    }

    private static final Path MOSQUITTO = Path.of("/usr/sbin/mosquitto");

    /** Which broker. Tests with mosquitto are skipped where it is not installed. */
    public enum Kind {
        MOSQUITTO,
        ARTEMIS
    }

    private final Kind kind;
    private final Path folder;
    private final int port;
    private final List<String> options;
    private @Nullable Process process;

    private TestBroker(Kind kind, Path folder, int port, List<String> options) {
        this.kind = kind;
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /**
     * Starts a broker that keeps sessions over a restart.
     *
     * @param options for mosquitto lines of its configuration, for Artemis see {@link ArtemisProcess}
     */
    public static TestBroker start(Kind kind, String... options) {
        assumeTrue(
                kind != Kind.MOSQUITTO || Files.isExecutable(MOSQUITTO),
                "SKIPPED: mosquitto is not installed as " + MOSQUITTO);
        try {
            Path folder = Files.createTempDirectory("qanat-" + kind.name().toLowerCase(java.util.Locale.ROOT));
            TestBroker broker = new TestBroker(kind, folder, freePort(), List.of(options));
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new IllegalStateException("cannot start " + kind, e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    Kind kind() {
        return kind;
    }

    int port() {
        return port;
    }

    public String url() {
        return "tcp://127.0.0.1:" + port;
    }

    String tlsUrl() {
        return "ssl://localhost:" + port;
    }

    /** Starts it on the port and with the files that it had. */
    void start() throws IOException {
        List<String> command = kind == Kind.MOSQUITTO ? mosquitto() : artemis();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Awaitility.await("the broker listens, see " + log())
                .atMost(60, TimeUnit.SECONDS)
                .until(this::listens);
    }

    private Path log() {
        return folder.resolve("broker.log");
    }

    private List<String> mosquitto() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "listener " + port + " 127.0.0.1",
                "user " + System.getProperty("user.name"),
                "persistence true",
                "persistence_location " + folder + "/",
                "max_queued_messages 0",
                "log_type error",
                "log_type warning",
                "log_type notice"));
        lines.addAll(options);
        if (options.stream().noneMatch(line -> line.startsWith("autosave_interval"))) {
            // After each change, so that it survives being killed.
            lines.addAll(List.of("autosave_interval 1", "autosave_on_changes true"));
        }
        if (options.stream().noneMatch(line -> line.startsWith("allow_anonymous"))) {
            lines.add("allow_anonymous true");
        }
        Path configuration = Files.write(folder.resolve("mosquitto.conf"), lines);
        return List.of(MOSQUITTO.toString(), "-c", configuration.toString());
    }

    private List<String> artemis() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ArtemisProcess.class.getName(),
                Integer.toString(port),
                folder.toString()));
        command.addAll(options);
        return command;
    }

    private boolean listens() throws IOException {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("the broker ended: " + Files.readString(log()));
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** As {@code kill -9}. */
    void kill() {
        end(true);
    }

    /** As {@code kill}: the broker writes what it has, and ends. */
    void stop() {
        end(false);
    }

    private void end(boolean forcibly) {
        Process running = process;
        if (running == null) {
            return;
        }
        if (forcibly) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        running.onExit().join();
        process = null;
    }

    /** While it is stopped: forgets its sessions and messages. */
    void forget() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> !file.equals(folder) && !file.endsWith("broker.log"))
                    .sorted(Comparator.reverseOrder())
                    .map(Path::toFile)
                    .forEach(File::delete);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            forget();
            Files.deleteIfExists(log());
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new IllegalStateException("cannot clean up " + folder, e);
        }
    }

    @Override
    public String toString() {
        return kind + " at " + url();
    }
}
