package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.store.WriteQueue.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full or cannot be written. */
class DiskTroubleTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path directory;
    private boolean mounted;

    DiskTroubleTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "-l", directory.toString());
        }
    }

    @Test
    void aFullDiskLosesNothingAcknowledgedAndTheStoreRecoversByItself() throws Exception {
        mountSmallDisk();
        Path ballast = Files.write(directory.resolve("ballast"), new byte[600 << 10]);
        List<Long> acknowledged = new ArrayList<>();
        try (SqliteStore store = open()) {
            IOException refusal = appendUntilRefused(store, acknowledged);
            assertThat(refusal).hasMessageContaining("Free space").hasMessageContaining("qanat.db");
            assertThat(acknowledged).isNotEmpty();
            assertThat(entries(store)).isEqualTo(acknowledged);

            List<CompletableFuture<Void>> alarms = alarmsUntilOneWaits(store);
            assertThat(store.status().get(0).facts().get("refused")).contains("Free space");
            Files.delete(ballast);

            assertThat(CompletableFuture.allOf(alarms.toArray(CompletableFuture[]::new)))
                    .succeedsWithin(SOON);
            assertThat(store.append(arrival("after"))).succeedsWithin(SOON);
            assertThat(store.status().get(0).facts()).doesNotContainKey("refused");
        }
        try (SqliteStore store = open()) {
            assertThat(entries(store))
                    .startsWith(acknowledged.toArray(Long[]::new))
                    .hasSize(acknowledged.size() + 1);
            assertThat(store.input().get(PLANT)).matches(InputLedger::balanced);
        }
    }

    @Test
    void aDiskThatIsFullAtTheStartIsNamed() throws Exception {
        mountSmallDisk();
        Path ballast = Files.write(directory.resolve("ballast"), new byte[(2 << 20) - (8 << 10)]);

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("Free space");

        Files.delete(ballast);
        try (SqliteStore store = open()) {
            assertThat(store.append(arrival("first"))).succeedsWithin(SOON);
            assertThat(store.status().get(0).facts()).doesNotContainKey("damagedFile");
        }
    }

    @Test
    void aReadOnlyDiskIsNamedAndNothingIsChanged() throws Exception {
        mountSmallDisk();
        try (SqliteStore store = open()) {
            store.append(arrival("kept")).join();
        }
        run("mount", "-o", "remount,ro", directory.toString());

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("qanat.db")
                .hasMessageContaining("can be written by this user");

        run("mount", "-o", "remount,rw", directory.toString());
        try (SqliteStore store = open()) {
            assertThat(store.open(PLANT)).hasSize(1);
        }
    }

    @Test
    void aFileThatMayNotBeWrittenIsNamed() throws Exception {
        assumeNotRoot();
        open().close();
        Files.setPosixFilePermissions(directory.resolve("qanat.db"), PosixFilePermissions.fromString("r--r--r--"));

        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can be written by this user");
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsNamed() throws Exception {
        assumeNotRoot();
        open().close();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can be written by this user");
            assertThatThrownBy(() -> SqliteStore.open(directory.resolve("new"), Clock.systemUTC()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can be written by this user");
        } finally {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private static void assumeNotRoot() {
        assumeFalse("root".equals(System.getProperty("user.name")), "SKIPPED: root may write everywhere");
    }

    @Test
    void messagesAreRefusedByAFullDiskAndOutcomesWaitUntilItHasRoom() throws Exception {
        Path file = directory.resolve("qanat.db");
        try (Connection connection = Schema.openForWriting(file);
                Statement pages = connection.createStatement()) {
            JournalTable journal = new JournalTable(connection, Seal.PLAIN, Clock.systemUTC());
            Quota none = new Quota(connection, 0);
            Damage sound = new Damage(file, Optional.empty(), Clock.systemUTC());
            try (GroupCommit writer = new GroupCommit(file, connection, sound, none, Duration.ZERO, List.of(journal))) {
                writer.start();
                pages.execute("PRAGMA max_page_count = 40");

                CompletableFuture<Integer> intake = writer.submit(Kind.INTAKE, 0, () -> fill(journal, 1));
                assertThat(intake)
                        .failsWithin(SOON)
                        .withThrowableThat()
                        .havingCause()
                        .withMessageContaining("full")
                        .withMessageContaining("Free space");
                CompletableFuture<Integer> outcome = writer.submit(Kind.OUTCOME, 0, () -> fill(journal, 1));
                await().atMost(SOON).until(() -> writer.refusal().isPresent());
                CompletableFuture<Integer> later = writer.submit(Kind.INTAKE, 0, () -> 7);
                assertThat(outcome).isNotDone();

                pages.execute("PRAGMA max_page_count = 4000");
                assertThat(outcome).succeedsWithin(SOON).isEqualTo(1000);
                assertThat(later).succeedsWithin(SOON).isEqualTo(7);
            }
        }
    }

    private static int fill(JournalTable journal, int from) throws SQLException {
        for (int i = from; i < from + 1000; i++) {
            journal.insert(i, arrival("a message of some length, number " + i + "x".repeat(400)));
        }
        return 1000;
    }

    private SqliteStore open() throws IOException {
        return SqliteStore.open(directory, Clock.systemUTC());
    }

    private static IOException appendUntilRefused(SqliteStore store, List<Long> acknowledged) {
        while (true) {
            int number = acknowledged.size();
            CompletableFuture<Admission> append =
                    store.append(new Arrival(PLANT, Identity.of(PLANT, "full" + number), new byte[8 << 10], NOON));
            try {
                acknowledged.add(append.join().entry());
            } catch (CompletionException e) {
                return (IOException) Objects.requireNonNull(e.getCause());
            }
        }
    }

    /** A first small one may still fit where a message did not. */
    private static List<CompletableFuture<Void>> alarmsUntilOneWaits(SqliteStore store) {
        List<CompletableFuture<Void>> alarms = new ArrayList<>();
        await().atMost(SOON).until(() -> {
            alarms.add(store.settle(sends(message(CLOUD, "alarm" + alarms.size()))));
            return store.status().get(0).facts().containsKey("refused")
                    && !alarms.get(alarms.size() - 1).isDone();
        });
        return alarms;
    }

    private static List<Long> entries(SqliteStore store) {
        return store.open(PLANT).stream().map(JournalEntry::entry).toList();
    }

    private void mountSmallDisk() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        mounted = root && run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", directory.toString()) == 0;
        assumeTrue(mounted, "SKIPPED: a disk of 2 MB needs root and the right to mount");
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
