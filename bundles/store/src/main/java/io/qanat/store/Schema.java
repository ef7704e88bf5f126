package io.qanat.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.sqlite.SQLiteConfig;

/**
 * The layout of the file and its version. Schema 2:
 *
 * <pre>
 * journal          one row per message accepted and not finished
 *   entry          number, ascending in the order of arrival
 *   source         the ingress
 *   received_at    microseconds since 1970
 *   payload        the message
 *   outcome        worst so far: 0 normal, 1 alarmed, 2 rejected
 *   reason         why rejected, else empty
 * identity         the newest identities of arrivals, append only; see IdentityTable
 *   sequence       journal.entry of the first of them
 *   identities
 * outbox           one row per message that its endpoint has not acknowledged
 *   sequence, endpoint, id, subject, content_type, payload, created_at
 *   priority       0 low, 1 medium, 2 high, 3 critical
 *   state          0 pending, 1 parked after too many tries, 2 parked since it was refused for good
 *   expires_at     microseconds since 1970, null for never
 *   tries          how often it was refused while others were taken
 *   last_error     what the last refusal said
 * outbox_identity  the newest identities of outbox messages; sequence as in outbox
 *   sequence, identities
 * input_ledger     what happened to messages: name = source
 * delivery_ledger  what happened to outbox messages: name = endpoint
 *   name, term, reason, count
 * state            what stages must know after a restart
 *   stage, key, value
 * failed           the newest messages whose route failed, for inspection
 *   entry, source, received_at, payload, reason, failed_at
 * </pre>
 *
 * <p>The number of a row is never used twice: the identity tables always hold the newest number given out. {@code PRAGMA
 * user_version} is the schema's number; a file with a higher one is refused.
 */
final class Schema {
    static final int VERSION = 2;

    private static final List<String> SETTINGS = List.of(
            "PRAGMA synchronous = FULL",
            "PRAGMA busy_timeout = 5000",
            // 16 MiB of write-ahead log: each page is written back to the file less often, which spares flash.
            "PRAGMA wal_autocheckpoint = 4000",
            "PRAGMA journal_size_limit = 67108864");

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE journal (
                entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
                outcome INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', payload BLOB NOT NULL)""",
            "CREATE TABLE identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL)",
            """
            CREATE TABLE outbox (
                sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL,
                content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload BLOB NOT NULL)""",
            "CREATE INDEX outbox_by_endpoint ON outbox (endpoint)",
            "CREATE TABLE outbox_identity (sequence INTEGER PRIMARY KEY, identities BLOB NOT NULL)",
            """
            CREATE TABLE input_ledger (
                name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                PRIMARY KEY (name, term, reason)) WITHOUT ROWID""",
            """
            CREATE TABLE delivery_ledger (
                name TEXT NOT NULL, term TEXT NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
                PRIMARY KEY (name, term, reason)) WITHOUT ROWID""",
            """
            CREATE TABLE state (
                stage TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
                PRIMARY KEY (stage, key)) WITHOUT ROWID""",
            """
            CREATE TABLE failed (
                entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,
                reason TEXT NOT NULL, failed_at INTEGER NOT NULL, payload BLOB NOT NULL)""");

    /** From schema 1 to 2: the outbox has priorities, times to live, and entries that are set aside. */
    private static final List<String> TO_2 = List.of(
            "ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1",
            "ALTER TABLE outbox ADD COLUMN state INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE outbox ADD COLUMN expires_at INTEGER",
            "ALTER TABLE outbox ADD COLUMN tries INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE outbox ADD COLUMN last_error TEXT NOT NULL DEFAULT ''",
            "DROP INDEX outbox_by_endpoint",
            "CREATE INDEX outbox_order ON outbox (endpoint, state, priority, sequence)",
            """
            CREATE INDEX outbox_expiry ON outbox (endpoint, expires_at) WHERE state = 0 AND expires_at IS NOT NULL""");

    private Schema() {}

    /** Opens the file for the writer; makes it when it is not there. */
    static Connection openForWriting(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        return open(file, new SQLiteConfig(), connection -> {
            check(file, version(connection));
            configure(file, connection);
            if (version(connection) == 0) {
                change(connection, TABLES, 1);
            }
            if (version(connection) == 1) {
                change(connection, TO_2, 2);
            }
        });
    }

    /** Opens the file for reading, once the writer has it open. */
    static Connection openForReading(Path file) throws IOException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        return open(file, config, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 5000");
            }
        });
    }

    private static Connection open(Path file, SQLiteConfig config, Preparation preparation) throws IOException {
        try {
            Connection connection = config.createConnection("jdbc:sqlite:" + file);
            try {
                preparation.prepare(connection);
                return connection;
            } catch (SQLException | IOException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw Refusal.explain("cannot open " + file, e);
        }
    }

    private static void check(Path file, int version) throws IOException {
        if (version > VERSION) {
            throw new IOException(file + " has schema " + version + ", and this version of Qanat knows schemas up to "
                    + VERSION + ": install the version that wrote it, or name another directory");
        }
    }

    private static void configure(Path file, Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet mode = statement.executeQuery("PRAGMA journal_mode = WAL")) {
                if (!"wal".equals(mode.getString(1))) {
                    throw new IOException(file + " cannot have a write-ahead log, its journal mode stays "
                            + mode.getString(1) + ": put the directory on a local file system");
                }
            }
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
        }
    }

    private static void change(Connection connection, List<String> statements, int version) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            for (String change : statements) {
                statement.execute(change);
            }
            statement.execute("PRAGMA user_version = " + version);
            statement.execute("COMMIT");
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("PRAGMA user_version")) {
            return version.getInt(1);
        }
    }

    /** What is done with a fresh connection before it is used. */
    private interface Preparation {
        void prepare(Connection connection) throws SQLException, IOException;
    }
}
