package io.qanat.store;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What the store's tests write, and how they look at the file beside the store. */
final class StoreFixture {
    static final String PLANT = "plant";
    static final String CLOUD = "cloud-mqtt";
    static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123456Z");

    private StoreFixture() {}

    static Arrival arrival(String id) {
        return new Arrival(PLANT, Identity.of(PLANT, id), id.getBytes(StandardCharsets.UTF_8), NOON);
    }

    static Settlement finished(Outcome outcome, String reason, List<Long> entries) {
        return new Settlement(outcome, reason, entries, entries, 0, List.of(), List.of());
    }

    static Settlement finished(long entry) {
        return finished(Outcome.NORMAL, "", List.of(entry));
    }

    static OutboxMessage message(String endpoint, String id) {
        return new OutboxMessage(endpoint, id, "mote-3", "text/plain", id.getBytes(StandardCharsets.UTF_8), NOON);
    }

    /** A settlement about no journal entry, as a camera's would be. */
    static Settlement sends(OutboxMessage... messages) {
        return new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(), List.of(messages));
    }

    static List<Long> sequences(List<OutboxEntry> entries) {
        return entries.stream().map(OutboxEntry::sequence).toList();
    }

    /** A key of its owner alone. */
    static Path keyFile(Path directory) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(4));
        return Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }

    /**
     * Starts a process that the test kills: with this class path, and with its library in {@code directory}, since what a
     * killed process has unpacked stays.
     */
    static Process start(Path directory, ProcessBuilder.Redirect output, Class<?> main, String... args)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.sqlite.tmpdir=" + directory,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Runs a statement on the store's file through a connection of the test's own. */
    static void sql(Path directory, String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("qanat.db"));
                Statement own = connection.createStatement()) {
            own.execute("PRAGMA busy_timeout = 5000");
            own.execute(statement);
        }
    }

    /** A number from the store's file. */
    static long number(Path directory, String query) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("qanat.db"));
                Statement own = connection.createStatement()) {
            return own.executeQuery(query).getLong(1);
        }
    }

    /** Holds the writer's thread, so that all that is written until the latch opens forms one group. */
    static CountDownLatch holdWriter(SqliteStore store) {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        store.onEnqueued("hold", () -> {
            held.countDown();
            await(release);
        });
        var unused = store.settle(sends(message("hold", "hold")));
        await(held);
        return release;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
