package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sends;
import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Admission;
import io.qanat.api.InputLedger;
import io.qanat.api.Outcome;
import io.qanat.api.StageStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a failing disk or SD card has really damaged, as far as a test can do it. */
class DamagedFileTest {
    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int PAGE = 4096;
    private static final int ROWS = 2000;
    private static final int IN_LOG = 20;

    private final Path directory;
    private final Path file;
    private final Path kept;

    DamagedFileTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("qanat.db");
        this.kept = directory.resolve("qanat.db.damaged-20260102T120000Z");
    }

    @BeforeEach
    void fill() throws Exception {
        try (SqliteStore store = open()) {
            for (int i = 0; i < ROWS; i++) {
                var unused = store.append(arrival("a reading of some length, so that it fills pages: " + i));
            }
            store.settle(sends(message(CLOUD, "a"))).join();
        }
    }

    @Test
    void aSoundFileIsNotSetAside() throws Exception {
        try (SqliteStore store = open()) {
            assertThat(store.open(PLANT)).hasSize(ROWS);
            assertThat(status(store).facts()).doesNotContainKeys("damage", "damagedFile");
        }
    }

    @Test
    void startsAnewWhenTheHeaderIsZero() throws Exception {
        overwrite(0, new byte[100]);

        assertStartsAnew();
    }

    @Test
    void startsAnewWhenPagesInTheMiddleAreGarbage() throws Exception {
        overwrite(Files.size(file) / PAGE / 2 * PAGE, garbage(3 * PAGE));

        assertStartsAnew();
    }

    @Test
    void startsAnewWhenTheFileIsCutOff() throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2 + 100);
        }

        assertStartsAnew();
    }

    @Test
    void startsAnewWhenTheFileIsEmpty() throws Exception {
        Files.write(file, new byte[0]);

        assertStartsAnew();
    }

    @Test
    void startsAnewWhenTheFileIsNoDatabase() throws Exception {
        Files.writeString(file, "this is a text and no database at all".repeat(1000));

        assertStartsAnew();
    }

    @Test
    void movesTheWriteAheadLogWithTheFile() throws Exception {
        Path killed = killedWhileWriting();
        // The log holds the newest first page, so the damage must be in another one.
        overwrite(killed.resolve("qanat.db"), 10 * PAGE, garbage(20 * PAGE));
        byte[] log = Files.readAllBytes(killed.resolve("qanat.db-wal"));

        try (SqliteStore store = SqliteStore.open(killed, CLOCK)) {
            assertThat(store.open(PLANT)).isEmpty();
        }

        assertThat(killed.resolve(kept.getFileName() + "-wal")).hasBinaryContent(log);
    }

    @Test
    void keepsAndTellsOfAWriteAheadLogWithGarbageInTheMiddle() throws Exception {
        Path killed = killedWhileWriting();
        Path log = killed.resolve("qanat.db-wal");
        overwrite(log, Files.size(log) / 2, garbage(PAGE));

        try (SqliteStore store = SqliteStore.open(killed, CLOCK)) {
            assertThat(store.open(PLANT)).hasSizeBetween(ROWS + 1, ROWS + IN_LOG - 1);
            assertThat(status(store).facts()).containsKey("damagedLog").doesNotContainKey("damagedFile");
            assertThat(store.input().get(PLANT)).matches(InputLedger::balanced);
            assertThat(store.append(arrival("the store goes on"))).succeedsWithin(SOON);
        }
        assertThat(killed.resolve("qanat.db-wal.damaged-20260102T120000Z")).exists();
    }

    @Test
    void keepsAndTellsOfAWriteAheadLogWhoseHeaderIsGarbage() throws Exception {
        Path killed = killedWhileWriting();
        overwrite(killed.resolve("qanat.db-wal"), 0, garbage(32));

        try (SqliteStore store = SqliteStore.open(killed, CLOCK)) {
            assertThat(store.open(PLANT)).hasSize(ROWS);
            assertThat(status(store).facts()).containsKey("damagedLog");
        }
    }

    @Test
    void takesACutOffEndOfTheWriteAheadLogForAnUnfinishedWrite() throws Exception {
        Path killed = killedWhileWriting();
        try (FileChannel log = FileChannel.open(killed.resolve("qanat.db-wal"), StandardOpenOption.WRITE)) {
            log.truncate(log.size() - 100);
        }

        try (SqliteStore store = SqliteStore.open(killed, CLOCK)) {
            assertThat(store.open(PLANT)).hasSize(ROWS + IN_LOG - 1);
            assertThat(status(store).facts()).doesNotContainKeys("damagedLog", "damagedFile");
        }
    }

    @Test
    void keepsEachDamagedFile() throws Exception {
        overwrite(0, new byte[100]);
        open().close();
        overwrite(0, new byte[100]);
        open().close();

        assertThat(kept).exists();
        assertThat(Path.of(kept + "-2")).exists();
    }

    @Test
    void stopsWritingWhenTheDamageShowsInUse() throws Exception {
        fillMoreThanSqliteCaches();
        try (SqliteStore store = open()) {
            overwrite(2 * PAGE, garbage((int) Files.size(file) - 2 * PAGE));

            // Frees the large rows, for which all their pages are read.
            List<Long> large =
                    LongStream.rangeClosed(ROWS + 1, 2 * ROWS).boxed().toList();
            assertThat(store.settle(finished(Outcome.NORMAL, "", large)))
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(IOException.class)
                    .withMessageContaining("damaged");
            assertThat(store.append(arrival("later")))
                    .failsWithin(SOON)
                    .withThrowableThat()
                    .havingCause()
                    .withMessageContaining("restart the gateway");
            assertThat(status(store).facts().get("damage")).contains("nothing more is written");
        }

        assertStartsAnew();
    }

    @Test
    void checksAReportedFileThoroughlyAndKeepsItWhenItIsSound() throws Exception {
        Files.writeString(directory.resolve("qanat.db-damaged"), "a fault of the memory, for example");

        try (SqliteStore store = open()) {
            assertThat(store.open(PLANT)).hasSize(ROWS);
        }

        assertThat(directory.resolve("qanat.db-damaged")).doesNotExist();
    }

    /** What a killed process leaves behind, with entries in the write-ahead log, each in a commit of its own. */
    private Path killedWhileWriting() throws Exception {
        Path killed = Files.createDirectory(directory.resolve("killed"));
        try (SqliteStore store = open()) {
            for (int i = 0; i < IN_LOG; i++) {
                store.append(arrival("in the log " + i)).join();
            }
            for (String name : new String[] {"qanat.db", "qanat.db-wal"}) {
                Files.copy(directory.resolve(name), killed.resolve(name));
            }
        }
        return killed;
    }

    private void fillMoreThanSqliteCaches() throws IOException {
        try (SqliteStore store = open()) {
            for (int i = 0; i < 2000; i++) {
                var unused = store.append(arrival("x".repeat(3000) + i));
            }
        }
    }

    private void assertStartsAnew() throws Exception {
        try (SqliteStore store = open()) {
            assertThat(status(store).facts()).containsEntry("damagedFile", kept.toString());
            assertThat(kept).exists();
            assertThat(store.open(PLANT)).isEmpty();
            assertThat(store.append(arrival("the first of a new file")).join()).isEqualTo(new Admission(1, false));
        }
        assertThat(number(directory, "SELECT count(*) FROM journal_chunk")).isEqualTo(1);
        assertThat(directory.resolve("qanat.db-damaged")).doesNotExist();
    }

    private SqliteStore open() throws IOException {
        return SqliteStore.open(directory, CLOCK);
    }

    private static StageStatus status(SqliteStore store) {
        return store.status().get(0);
    }

    private void overwrite(long position, byte[] bytes) throws IOException {
        overwrite(file, position, bytes);
    }

    private static void overwrite(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private static byte[] garbage(int length) {
        byte[] garbage = new byte[length];
        new Random(7).nextBytes(garbage);
        return garbage;
    }
}
