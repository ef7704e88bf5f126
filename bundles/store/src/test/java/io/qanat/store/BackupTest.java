package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.sends;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
    private static final int BEFORE = 3000;

    private final Path directory;
    private final Path target;

    BackupTest(@TempDir Path directory) {
        this.directory = directory;
        this.target = directory.resolve("backup.db");
    }

    @Test
    void restoresWhatWasAcknowledgedBeforeABackupUnderLoad() throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        long before;
        try (SqliteStore store = open("store")) {
            store.settle(sends(message(CLOUD, "an alarm"))).join();
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> append(store, acknowledged, stop));
            await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.get() >= BEFORE);
            before = acknowledged.get();

            store.backup(target);

            long atTheEnd = acknowledged.get();
            stop.set(true);
            load.join();
            assertThat(atTheEnd).as("the load went on").isGreaterThanOrEqualTo(before);
        }

        try (SqliteStore restored = restore()) {
            List<Long> entries =
                    restored.open(PLANT).stream().map(JournalEntry::entry).toList();
            long last = entries.get(entries.size() - 1);
            // The first of each pair is settled, unless the copy was made just in between.
            assertThat(entries)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, last)
                            .filter(entry -> entry % 2 == 0 || entry == last)
                            .boxed()
                            .toList());
            assertThat(last).isGreaterThanOrEqualTo(before);
            assertThat(restored.input().get(PLANT)).matches(InputLedger::balanced);
            assertThat(Objects.requireNonNull(restored.input().get(PLANT)).received())
                    .isGreaterThanOrEqualTo(before);
            assertThat(restored.pending(CLOUD, 9)).hasSize(1);
            assertThat(restored.append(arrival("id1")).join().redelivered()).isTrue();
            assertThat(restored.append(arrival("new")).join().redelivered()).isFalse();
        }
    }

    @Test
    void neverWritesOverAnExistingFile() throws Exception {
        Files.writeString(target, "kept");
        try (SqliteStore store = open("store")) {
            assertThatThrownBy(() -> store.backup(target))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("not overwritten");
        }

        assertThat(target).hasContent("kept");
    }

    @Test
    void leavesNothingBehindWhenItFails() throws Exception {
        try (SqliteStore store = open("store")) {
            assertThatThrownBy(() -> store.backup(directory.resolve("nowhere/backup.db")))
                    .isInstanceOf(IOException.class);
            store.close();
            Files.delete(directory.resolve("store/qanat.db"));
            assertThatThrownBy(() -> store.backup(target)).isInstanceOf(IOException.class);
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("store"));
        }
    }

    @Test
    void aBackupIsForItsOwnerAlone() throws Exception {
        try (SqliteStore store = open("store")) {
            store.backup(target);
        }

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
    }

    private SqliteStore restore() throws IOException {
        Path restored = Files.createDirectory(directory.resolve("restored"));
        Files.copy(target, restored.resolve("qanat.db"));
        return open("restored");
    }

    private SqliteStore open(String name) throws IOException {
        return SqliteStore.open(directory.resolve(name), Clock.systemUTC());
    }

    /** Appends in pairs, of which the first is finished before the second is appended. */
    private static void append(SqliteStore store, AtomicLong acknowledged, AtomicBoolean stop) {
        for (long i = 1; !stop.get(); i += 2) {
            long odd = i;
            var first = store.append(arrival("id" + odd));
            var settled = store.settle(finished(odd));
            var second = store.append(arrival("id" + (odd + 1)));
            first.thenCombine(settled, (admission, nothing) -> odd)
                    .thenCombine(second, (number, admission) -> admission.entry())
                    .thenAccept(acknowledged::set)
                    .join();
        }
    }
}
