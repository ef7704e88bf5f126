package io.qanat.store;

import static io.qanat.store.StoreFixture.CLOUD;
import static io.qanat.store.StoreFixture.NOON;
import static io.qanat.store.StoreFixture.PLANT;
import static io.qanat.store.StoreFixture.arrival;
import static io.qanat.store.StoreFixture.finished;
import static io.qanat.store.StoreFixture.number;
import static io.qanat.store.StoreFixture.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Admission;
import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of earlier schemas, recreated from scripts that were written by the versions of their time. */
class SchemaMigrationTest {
    private static final SchemaStep GOOD = new SchemaStep("a test", List.of("CREATE TABLE half (x)"));
    private static final SchemaStep BROKEN =
            new SchemaStep("a test", List.of("CREATE TABLE half (x)", "INSERT INTO nowhere VALUES (1)"));
    /** Ends only with its process. */
    private static final SchemaStep ENDLESS = new SchemaStep(
            "a test",
            List.of(
                    "CREATE TABLE half (x)",
                    "WITH RECURSIVE endless(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM endless)"
                            + " INSERT INTO half SELECT x FROM endless WHERE x < 0"));

    private final Path directory;
    private final Path file;

    SchemaMigrationTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("qanat.db");
    }

    @Test
    void keepsWhatAFileOfSchema1Holds() throws Exception {
        recreate("schema-1.sql");

        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            List<JournalEntry> open = store.open(PLANT);
            assertThat(open).extracting(JournalEntry::entry).containsExactly(4L, 5L, 6L);
            assertThat(open.get(0).payload()).isEqualTo(arrival("id3").payload());
            assertThat(open.get(0).receivedAt()).isEqualTo(NOON);
            assertThat(store.states("alarm:a")).isEqualTo(Map.of("mote-3", "raised"));
            assertThat(store.states("window:w")).isEqualTo(Map.of("mote-3", "{\"closed\": 7}"));
            assertThat(ids(store.pending(CLOUD, 9))).containsExactly("b");
            OutboxMessage old = store.pending(CLOUD, 9).get(0).message();
            assertThat(old.priority()).isEqualTo(OutboxMessage.Priority.MEDIUM);
            assertThat(old.expiresAt()).isEmpty();
            assertThat(ids(store.pending("cloud-http", 9))).containsExactly("a");
            assertThat(store.input())
                    .containsEntry(
                            PLANT,
                            new InputLedger(
                                    7, 1, 1, Map.of(Journey.ROUTE_FAILURE, 1L, "malformed", 1L), Map.of(), 3, 1, 0));
            assertThat(store.delivery()).containsEntry(CLOUD, new DeliveryLedger(2, 1, 0, 0, 0, 1));
        }
        assertThat(number(directory, "PRAGMA user_version")).isEqualTo(SchemaStep.ALL.size());
        assertThat(number(directory, "SELECT count(*) FROM failed WHERE reason = 'route-failure'"))
                .isEqualTo(1);
    }

    @Test
    void goesOnWithAFileOfSchema1AsItsOwnVersionWould() throws Exception {
        recreate("schema-1.sql");

        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            assertThat(store.append(arrival("id5")).join().redelivered()).isTrue();
            assertThat(store.append(arrival("new")).join()).isEqualTo(new Admission(7, false));
            store.settle(finished(Outcome.NORMAL, "", List.of(4L, 5L, 6L, 7L))).join();
            store.delivered(sequences(store.pending(CLOUD, 9))).join();

            assertThat(Objects.requireNonNull(store.input().get(PLANT)))
                    .isEqualTo(new InputLedger(
                            8, 4, 2, Map.of(Journey.ROUTE_FAILURE, 1L, "malformed", 1L), Map.of(), 0, 2, 0));
            assertThat(store.delivery()).containsEntry(CLOUD, new DeliveryLedger(2, 2, 0, 0, 0, 0));
        }
    }

    @Test
    void anEarlierFileBecomesTheSameAsANewOne() throws Exception {
        recreate("schema-1.sql");
        Schema.openForWriting(file).close();
        Path fresh = directory.resolve("fresh.db");
        Schema.openForWriting(fresh).close();

        assertThat(columns(file)).isEqualTo(columns(fresh));
    }

    @Test
    void aStepThatFailsLeavesTheSchemaBeforeIt() throws Exception {
        recreate("schema-1.sql");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            assertThatThrownBy(() -> Schema.migrate(file, connection, stepsWith(BROKEN)))
                    .hasMessageContaining("nowhere");
            assertThat(number(directory, "PRAGMA user_version")).isEqualTo(SchemaStep.ALL.size());

            Schema.migrate(file, connection, stepsWith(GOOD));

            assertThat(number(directory, "PRAGMA user_version")).isEqualTo(SchemaStep.ALL.size() + 1);
            assertThat(number(directory, "SELECT count(*) FROM half")).isZero();
        }
    }

    @Test
    void aStepWhoseProcessWasKilledIsTakenAgain() throws Exception {
        recreate("schema-1.sql");
        Process migration =
                StoreFixture.start(directory, ProcessBuilder.Redirect.INHERIT, Migrating.class, file.toString());
        await().atMost(Duration.ofMinutes(1)).until(this::isInTheLastStep);
        migration.destroyForcibly().waitFor();

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            Schema.migrate(file, connection, stepsWith(GOOD));
        }
        assertThat(number(directory, "PRAGMA user_version")).isEqualTo(SchemaStep.ALL.size() + 1);
        assertThat(number(directory, "SELECT count(*) FROM journal")).isEqualTo(3);
    }

    /** The steps before are committed, and somebody else holds the writer's lock. */
    private boolean isInTheLastStep() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            if (number(directory, "PRAGMA user_version") < SchemaStep.ALL.size()) {
                return false;
            }
            try {
                statement.execute("BEGIN IMMEDIATE");
                statement.execute("ROLLBACK");
                return false;
            } catch (SQLException e) {
                return true;
            }
        }
    }

    /** The process that is killed. */
    static final class Migrating {
        private Migrating() {}

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            try (Connection connection = Schema.openForWriting(file)) {
                Schema.migrate(file, connection, stepsWith(ENDLESS));
            }
        }
    }

    private static List<SchemaStep> stepsWith(SchemaStep last) {
        return Stream.concat(SchemaStep.ALL.stream(), Stream.of(last)).toList();
    }

    private static List<String> ids(List<OutboxEntry> entries) {
        return entries.stream().map(entry -> entry.message().id()).toList();
    }

    private static String columns(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery("SELECT group_concat(described, char(10)) FROM"
                        + " (SELECT s.type || ' ' || s.name || ' ' || ifnull(c.cid || c.name || c.type || c.pk, '')"
                        + " AS described FROM sqlite_schema s LEFT JOIN pragma_table_info(s.name) c ORDER BY 1)")) {
            return all.getString(1);
        }
    }

    private void recreate(String script) throws Exception {
        try (InputStream text = Objects.requireNonNull(getClass().getResourceAsStream(script), script);
                Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.executeUpdate(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
