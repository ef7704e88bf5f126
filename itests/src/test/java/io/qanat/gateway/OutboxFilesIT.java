package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qanat.api.DeliveryLedger;
import io.qanat.faults.InFlight;
import io.qanat.faults.Motes;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on the files of a gateway that has stopped with alarms that wait for an endpoint. */
class OutboxFilesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOBODY_LISTENS = "http://127.0.0.1:9/alarms";

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    @Test
    void listsShowsAndPurgesWhatWaitsInTheFilesOfAStoppedGateway() throws Exception {
        long waiting = waitingWhenStopped();

        List<String> list = outbox("list", "--endpoint=cloud-http", "--limit=1000");
        assertThat(list.stream().filter(line -> line.contains("PENDING"))).hasSize((int) waiting);
        String sequence = list.get(list.size() - 1).strip().split(" ")[0];
        assertThat(String.join("\n", outbox("show", sequence))).contains("cloud-http", "io.qanat.alarm");
        assertThat(outbox("purge", "--endpoint=cloud-http", "--limit=1")).last().isEqualTo("1 messages are given up");

        assertThat(outbox("list", "--endpoint=cloud-http", "--limit=1000")).hasSize(list.size() - 1);
        JsonNode ledger = new ObjectMapper()
                .readTree(String.join("", qanat("status", "--json")))
                .path("delivery")
                .path("cloud-http");
        assertThat(ledger.path("dropped").asLong()).isEqualTo(1);
        assertThat(ledger.path("pending").asLong()).isEqualTo(waiting - 1);
    }

    private long waitingWhenStopped() throws Exception {
        try (EmbeddedBroker embedded = EmbeddedBroker.start(folder)) {
            Broker broker = embedded.broker();
            Motes motes = new Motes(broker);
            Gateway gateway =
                    Gateway.start(home, folder.resolve("gateway"), home.route(), broker.placeholders(NOBODY_LISTENS));
            try (gateway) {
                await().atMost(PATIENCE).until(() -> gateway.status("mqtt:plant")
                        .filter(status -> "connected".equals(status.facts().get("connection")))
                        .isPresent());
                motes.start();
                await().atMost(PATIENCE).until(() -> pending(gateway) > 2);
                motes.stop();
                await().atMost(PATIENCE)
                        .until(() ->
                                Objects.requireNonNull(gateway.ledgers().input().get("plant"))
                                                .open()
                                        <= 4 * InFlight.WAITING);
                return pending(gateway);
            }
        }
    }

    private static long pending(Gateway gateway) {
        DeliveryLedger ledger = gateway.ledgers().delivery().get("cloud-http");
        return ledger == null ? 0 : ledger.pending();
    }

    private List<String> outbox(String... arguments) throws Exception {
        return qanat("outbox", arguments);
    }

    /** What the command prints; it ends well. */
    private List<String> qanat(String noun, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dqanat.home=" + home.root(),
                Main.class.getName(),
                noun));
        command.addAll(List.of(arguments));
        command.add("--data=" + folder.resolve("gateway"));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors.log").toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }
}
