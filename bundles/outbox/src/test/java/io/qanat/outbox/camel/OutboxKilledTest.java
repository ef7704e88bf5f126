package io.qanat.outbox.camel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage.Priority;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OutboxKilledTest {
    private static final String CLOUD = "cloud";
    private static final String OPTIONS = "inFlight=8";
    private static final int ENOUGH = 200;

    private final Path directory;

    OutboxKilledTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    @Timeout(180)
    void nothingIsLostAndDuplicatesHaveTheSameIdWhenTheProcessWasKilledWithMessagesInFlight() throws Exception {
        Path told = directory.resolve("told.txt");
        try (Cloud cloud = new Cloud()) {
            Process gateway = start(told, cloud.url());
            await().atMost(Duration.ofMinutes(1)).until(() -> cloud.accepted().size() >= ENOUGH);
            // From here on nothing is answered, so that some are in flight when it is killed.
            cloud.behave(request -> {
                Thread.sleep(Duration.ofMinutes(1).toMillis());
                return -1;
            });
            int before = cloud.requests().size();
            await().until(() -> cloud.requests().size() >= before + 8);
            gateway.destroyForcibly().waitFor();
            cloud.behave(request -> 204);

            try (Outboxes outboxes = new Outboxes(directory.resolve("store"))) {
                DeliveryLedger found = outboxes.ledger(CLOUD);
                assertThat(found).matches(DeliveryLedger::balanced);
                assertThat(found.pending()).isGreaterThanOrEqualTo(8);
                outboxes.forward(CLOUD, OPTIONS, cloud.url());

                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(outboxes.ledger(CLOUD))
                        .isEqualTo(new DeliveryLedger(found.enqueued(), found.enqueued(), 0, 0, 0, 0)));
                // What was told is what was durable; one more may have been, at the moment of the kill.
                assertThat(cloud.acceptedIds()).containsAll(wholeLines(told)).hasSize((int) found.enqueued());
            }
        }
    }

    private Process start(Path told, String url) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Gateway.class.getName(),
                        directory.resolve("store").toString(),
                        url)
                .redirectOutput(told.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The kill may cut the last line: it was not fully told. */
    private static Set<String> wholeLines(Path told) throws IOException {
        String text = Files.readString(told);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().collect(toSet());
    }

    /** The process that is killed: stores alarms without end, tells each once it is durable, and forwards them. */
    static final class Gateway {
        private Gateway() {}

        public static void main(String[] args) throws Exception {
            Outboxes outboxes = new Outboxes(Path.of(args[0]));
            outboxes.forward(CLOUD, OPTIONS, args[1]);
            PrintStream out = new PrintStream(System.out, true, UTF_8);
            for (int i = 0; ; i++) {
                outboxes.put(CLOUD, "a" + i, Priority.MEDIUM);
                out.println("a" + i + "/raised");
            }
        }
    }
}
