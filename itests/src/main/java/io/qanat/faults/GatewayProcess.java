package io.qanat.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Home;
import io.qanat.gateway.Main;
import io.qanat.gateway.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The gateway as an operator runs it: {@code qanat run} in a process of its own, asked through its control socket.
 *
 * <p>Threads: one at a time.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private final Home home;
    private final Path data;
    private final Path routes;
    private final Broker broker;
    private final String webhook;
    private final List<String> connectors;
    private @Nullable Process process;

    public GatewayProcess(Home home, Path data, Path routes, Broker broker, String webhook) {
        this(home, data, routes, broker, webhook, List.of());
    }

    /** @param connectors optional ones to install */
    public GatewayProcess(Home home, Path data, Path routes, Broker broker, String webhook, List<String> connectors) {
        this.home = home;
        this.data = data;
        this.routes = routes;
        this.broker = broker;
        this.webhook = webhook;
        this.connectors = List.copyOf(connectors);
    }

    /** Returns when it answers on its control socket; its routes follow. */
    public void start() throws IOException, InterruptedException {
        start(Map.of());
    }

    /** @param environment added to this process's own */
    void start(Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dqanat.home=" + home.root(),
                        "-D" + LOG_LEVEL + "=" + System.getProperty(LOG_LEVEL, "warn"),
                        Main.class.getName(),
                        "run",
                        "--broker=" + broker.url(),
                        "--user=" + broker.user(),
                        "--password=" + broker.password(),
                        "--data=" + data,
                        "--route=" + routes,
                        "--webhook=" + webhook)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        connectors.forEach(connector -> builder.command().add("--connector=" + connector));
        builder.environment().putAll(environment);
        process = builder.start();
        Waiting.until("the gateway to answer, see " + log(), LIMIT_SECONDS, () -> control()
                .isAnswered());
    }

    private Path log() {
        return data.resolveSibling("gateway.log");
    }

    private ControlClient control() {
        return new ControlClient(data);
    }

    public long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("the gateway does not run");
        }
        return running.pid();
    }

    /** Stages and both ledgers. */
    public JsonNode status() throws IOException {
        return control().call("status", Map.of());
    }

    /** Whether its connection to the broker is there. */
    public boolean isConnected() throws IOException {
        for (JsonNode stage : status().path("stages")) {
            if (stage.path("stage").asText().equals("mqtt:plant")) {
                return stage.path("facts").path("connection").asText().equals("connected");
            }
        }
        return false;
    }

    /** Puts the route text in the place of the running one. */
    public void loadRoutes(Path file) throws IOException {
        control()
                .call("route.load", Map.of("name", String.valueOf(file.getFileName()), "text", Files.readString(file)));
    }

    /** Puts the bundle in the place of the running one of the same name. */
    void updateBundle(Path file) throws IOException {
        control().call("bundle.update", Map.of("file", file.toString()));
    }

    /** The most memory that it had resident since it was started, in MiB. */
    long residentMiB() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        end(true);
    }

    /** SIGTERM, as a service manager stops it. */
    @Override
    public void close() throws InterruptedException {
        end(false);
    }

    private void end(boolean forcibly) throws InterruptedException {
        Process running = process;
        process = null;
        if (running != null) {
            if (forcibly) {
                running.destroyForcibly();
            } else {
                running.destroy();
            }
            if (!running.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                running.destroyForcibly().waitFor();
                throw new IllegalStateException("the gateway did not stop within " + LIMIT_SECONDS + " s");
            }
        }
    }
}
