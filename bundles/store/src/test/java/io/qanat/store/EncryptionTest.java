package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.message;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sql;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionTest {
    private static final String SECRET = "a secret of the plant";
    private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final String OTHER_KEY = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private final Path directory;
    private final Path keyFile;

    EncryptionTest(@TempDir Path base) {
        this.directory = base.resolve("store");
        this.keyFile = base.resolve("key");
    }

    @BeforeEach
    void writeKey() throws Exception {
        write(keyFile, KEY + "\n", "rw-------");
    }

    @Test
    void nothingOfAPayloadOrStateIsReadableInTheFile() throws Exception {
        try (SqliteStore store = encrypted()) {
            fill(store);
            assertThat(everythingIn(directory)).contains("mote-3").doesNotContain(SECRET);
        }
        assertThat(everythingIn(directory)).doesNotContain(SECRET);
    }

    @Test
    void givesBackWhatWasStoredAlsoAfterARestart() throws Exception {
        try (SqliteStore store = encrypted()) {
            fill(store);
            assertFilled(store);
        }
        try (SqliteStore store = encrypted()) {
            assertFilled(store);
            assertThat(store.status().get(0).facts().get("encryption")).matches("AES-256-GCM with key [0-9a-f]{16}");
        }
    }

    @Test
    void aFailedMessageIsSealedAgainForItsTable() throws Exception {
        try (SqliteStore store = encrypted()) {
            long entry = append(store, 1);
            store.settle(finished(Outcome.REJECTED, Journey.ROUTE_FAILURE, List.of(entry)))
                    .join();
        }
        assertThat(number(directory, "SELECT length(payload) FROM failed"))
                .isEqualTo(SECRET.length() + 1 + AesGcmSeal.OVERHEAD);
        write(directory.resolve("qanat.db-damaged"), "has the next start open every value", "rw-------");
        try (SqliteStore store = encrypted()) {
            assertThat(store.status().get(0).facts()).doesNotContainKey("damagedFile");
        }
    }

    @Test
    void refusesAnotherKey() throws Exception {
        encrypted().close();
        write(keyFile, OTHER_KEY, "rw-------");

        assertThatThrownBy(this::encrypted)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is encrypted with the key")
                .hasMessageContaining("restore the right key file")
                .hasMessageNotContaining(OTHER_KEY.substring(0, 8));
    }

    @Test
    void refusesToOpenAnEncryptedFileWithoutAKey() throws Exception {
        encrypted().close();

        assertThatThrownBy(this::plain)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is encrypted")
                .hasMessageContaining("keyFile");
    }

    @Test
    void aPlainFileThatGetsAKeyStaysReadableAndNewValuesAreEncrypted() throws Exception {
        try (SqliteStore store = plain()) {
            fill(store);
        }
        try (SqliteStore store = encrypted()) {
            assertFilled(store);
            append(store, 2);
            assertThat(store.open(PLANT)).hasSize(2);
            assertThat(store.status().get(0).facts().get("encryption")).contains("older values may be plain");
        }
        assertThat(number(directory, "SELECT count(*) FROM journal_chunk WHERE payload LIKE '" + SECRET + "%'"))
                .isEqualTo(1);
        assertThatThrownBy(this::plain).isInstanceOf(IOException.class);
    }

    @Test
    void aPlainValueThatLooksEncryptedIsNotTakenForIt() throws Exception {
        byte[] lookAlike = new byte[100];
        System.arraycopy(AesGcmSeal.magic(), 0, lookAlike, 0, AesGcmSeal.MAGIC_BYTES);
        try (SqliteStore store = plain()) {
            store.append(new Arrival(PLANT, Identity.of(PLANT, "x"), lookAlike, NOON))
                    .join();
        }
        try (SqliteStore store = encrypted()) {
            assertThat(store.open(PLANT))
                    .singleElement()
                    .extracting(JournalEntry::payload)
                    .isEqualTo(lookAlike);
        }
    }

    @Test
    void valuesThatWereExchangedBetweenRowsDoNotOpenAndAreTakenForDamage() throws Exception {
        try (SqliteStore store = encrypted()) {
            append(store, 1);
            append(store, 2);
            sql(
                    directory,
                    "UPDATE journal_chunk SET payload ="
                            + " (SELECT payload FROM journal_chunk WHERE first = 2) WHERE first = 1");

            assertThatThrownBy(() -> store.open(PLANT)).hasMessageContaining("stored in another row");
            assertThat(store.status().get(0).facts()).containsKey("damage");
        }
        try (SqliteStore store = encrypted()) {
            assertThat(store.status().get(0).facts()).containsKey("damagedFile");
            assertThat(store.open(PLANT)).isEmpty();
        }
    }

    @Test
    void aPlainValueInAFileEncryptedFromItsBeginningDoesNotOpen() throws Exception {
        try (SqliteStore store = encrypted()) {
            append(store, 1);
            sql(directory, "UPDATE journal_chunk SET payload = CAST('forged' AS BLOB)");

            assertThatThrownBy(() -> store.open(PLANT)).hasMessageContaining("it is not encrypted");
        }
    }

    @Test
    void sealsTheSameValueDifferentlyEachTime() throws Exception {
        AesGcmSeal seal = new AesGcmSeal(KeyFile.read(keyFile), false);
        byte[] place = Seal.row("journal", 1);

        byte[] first = seal.seal(place, SECRET.getBytes(UTF_8));
        byte[] second = seal.seal(place, SECRET.getBytes(UTF_8));

        assertThat(first).hasSize(SECRET.length() + AesGcmSeal.OVERHEAD).isNotEqualTo(second);
        assertThat(seal.open(place, first)).isEqualTo(seal.open(place, second)).isEqualTo(SECRET.getBytes(UTF_8));
        for (int i = 0; i < first.length; i++) {
            byte[] changed = first.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> seal.open(place, changed)).hasMessageContaining("does not open");
        }
        assertThatThrownBy(() -> seal.open(Seal.row("outbox", 1), first)).hasMessageContaining("does not open");
    }

    @Test
    void takesTheKeyAsBase64Too() throws Exception {
        byte[] key = KeyFile.read(keyFile);
        write(keyFile, Base64.getEncoder().encodeToString(key), "rw-------");

        assertThat(KeyFile.read(keyFile)).isEqualTo(key).hasSize(32);
    }

    @Test
    void refusesAKeyFileThatOthersCanRead() throws Exception {
        write(keyFile, KEY, "rw-r-----");

        assertThatThrownBy(this::encrypted).isInstanceOf(IOException.class).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesAKeyFileThatIsMissingOrHoldsNoKey() throws Exception {
        write(keyFile, KEY.substring(2), "rw-------");
        assertThatThrownBy(this::encrypted)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no key of 32 bytes")
                .hasMessageNotContaining(KEY.substring(2, 10));
        write(keyFile, "no key at all!", "rw-------");
        assertThatThrownBy(this::encrypted).hasMessageContaining("no key of 32 bytes");
        write(keyFile, "x".repeat(2000), "rw-------");
        assertThatThrownBy(this::encrypted).hasMessageContaining("2000 bytes");
        Files.delete(keyFile);
        assertThatThrownBy(this::encrypted).hasMessageContaining("there is no key file");
    }

    private SqliteStore encrypted() throws IOException {
        return new SqliteStore(new StoreConfig(directory, 0, Duration.ZERO, Optional.of(keyFile)), Clock.systemUTC());
    }

    private SqliteStore plain() throws IOException {
        return SqliteStore.open(directory, Clock.systemUTC());
    }

    private static void fill(SqliteStore store) {
        append(store, 1);
        OutboxMessage alarm = new OutboxMessage(CLOUD, "a", "mote-3", "text/plain", SECRET.getBytes(UTF_8), NOON);
        store.settle(new Settlement(
                        Outcome.NORMAL,
                        "",
                        List.of(),
                        List.of(),
                        0,
                        List.of(new StageState("alarm:a", "mote-3", SECRET)),
                        List.of(alarm, message(CLOUD, "b"))))
                .join();
    }

    private static void assertFilled(SqliteStore store) {
        assertThat(store.open(PLANT).get(0).payload()).isEqualTo((SECRET + 1).getBytes(UTF_8));
        assertThat(store.states("alarm:a")).isEqualTo(Map.of("mote-3", SECRET));
        assertThat(store.pending(CLOUD, 1).get(0).message().payload()).isEqualTo(SECRET.getBytes(UTF_8));
    }

    private static long append(SqliteStore store, int number) {
        byte[] payload = (SECRET + number).getBytes(UTF_8);
        return store.append(new Arrival(PLANT, Identity.of(PLANT, "id" + number), payload, NOON))
                .join()
                .entry();
    }

    private static String everythingIn(Path directory) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("qanat.db", "qanat.db-wal")) {
            Optional<Path> file = Optional.of(directory.resolve(name)).filter(Files::exists);
            if (file.isPresent()) {
                all.append(Files.readString(file.get(), ISO_8859_1));
            }
        }
        return all.toString();
    }

    private static void write(Path file, String text, String permissions) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
