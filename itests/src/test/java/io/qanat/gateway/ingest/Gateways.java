package io.qanat.gateway.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.Identity;
import io.qanat.faults.GatewayProcess;
import io.qanat.faults.StoreFile;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Home;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A gateway as a process of its own, with an example route; its alarms stay in its outbox. Threads: one at a time. */
final class Gateways implements AutoCloseable {
    static final Broker NO_BROKER = new Broker("tcp://127.0.0.1:9", "nobody", "nothing");

    private final Path data;
    private final String route;
    private final String source;
    private final GatewayProcess process;

    /**
     * @param folder of this gateway alone
     * @param route name of the example's file
     * @param source that the route receives from
     * @param placeholders of the route, beside the broker's
     */
    Gateways(
            Path folder,
            String route,
            String source,
            Broker broker,
            List<String> connectors,
            Map<String, String> placeholders)
            throws IOException {
        Home home = new Home(Path.of("..").toAbsolutePath().normalize());
        this.data = folder.resolve("data");
        this.route = route;
        this.source = source;
        Files.createDirectories(data.resolve("config"));
        Files.createDirectories(data.resolve("secrets"));
        Files.write(
                data.resolve("config/io.qanat.routes.properties"),
                placeholders.entrySet().stream()
                        .map(value -> "property." + value.getKey() + "=" + value.getValue())
                        .toList());
        this.process = new GatewayProcess(
                home, data, home.root().resolve("routes").resolve(route), broker, "http://127.0.0.1:9/", connectors);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One reading of both channels, five seconds after the one before. */
    static String reading(String asset, int number) {
        String time =
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(5L * number).toString();
        return """
                [{"id":"%1$d","asset":"%2$s","channel":"humidity","value":45.9,"observedAt":"%3$s"},\
                {"id":"%1$d","asset":"%2$s","channel":"temperature","value":27.9,"observedAt":"%3$s"}]"""
                .formatted(number, asset, time);
    }

    static Identity identity(String source, String asset, int number) {
        return Identity.of(source, "id", asset, Integer.toString(number));
    }

    /** Of the readings of an asset with these numbers. */
    static Set<Identity> identities(String source, String asset, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> identity(source, asset, number))
                .collect(Collectors.toSet());
    }

    Path data() {
        return data;
    }

    void start() throws IOException, InterruptedException {
        process.start();
    }

    /** Puts another text in the place of the example. */
    void loadRoutes(String text) throws IOException {
        process.loadRoutes(Files.writeString(data.resolve(route), text));
    }

    /** The example's text. */
    String text() throws IOException {
        return Files.readString(Path.of("../routes", route));
    }

    void kill() throws InterruptedException {
        process.kill();
    }

    /** A term of the running gateway's input ledger. */
    long count(String term) {
        try {
            return process.status().path("input").path(source).path(term).asLong();
        } catch (IOException e) {
            return 0; // on its way up
        }
    }

    /** received = normal + alarmed + rejected + dropped + open, of the running gateway. */
    boolean balanced() throws IOException {
        JsonNode ledger = process.status().path("input").path(source);
        long sum = ledger.path("normal").asLong()
                + ledger.path("alarmed").asLong()
                + total(ledger.path("rejected"))
                + total(ledger.path("dropped"))
                + ledger.path("open").asLong();
        return sum == ledger.path("received").asLong();
    }

    private static long total(JsonNode byReason) {
        long total = 0;
        for (JsonNode count : byReason) {
            total += count.asLong();
        }
        return total;
    }

    /** Whether a stage says this of itself. */
    boolean says(String stage, String fact, String value) throws IOException {
        for (JsonNode each : process.status().path("stages")) {
            if (each.path("stage").asText().equals(stage)
                    && each.path("facts").path(fact).asText().equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** What it has ever accepted, from its file; it may run or be dead. */
    Set<Identity> accepted() throws SQLException {
        return StoreFile.read(data.resolve("store/qanat.db")).identities();
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
    }
}
