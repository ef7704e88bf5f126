package io.qanat.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The layout of the file, its settings and its version. It is made, and brought up to date, by {@link SchemaStep}s:
 *
 * <pre>
 * journal_chunk    one row for up to 32 messages that were accepted one after the other and are not all finished
 *   first          number of its first entry, ascending in the order of arrival; the others follow without a gap
 *   head, payload  see ChunkFormat
 * journal_fate     what has become of the entries of a chunk; none while all are as they came
 *   first, fates   see ChunkFormat
 * journal          one row per message accepted and not finished, up to schema 3; empty once the store was opened
 *   entry, source, received_at, payload
 *   outcome        worst so far: 0 normal, 1 alarmed, 2 rejected, 3 dropped
 *   reason         why rejected, else empty
 * identity         the newest identities of arrivals, append only; see IdentityTable
 *   sequence       number of the entry of the first of them
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
 * encryption       one row once the file has had a key, else none
 *   key_id         names the key, see AesGcmSeal
 *   proof          a sealed text that is known: only the right key opens it
 *   plain_before   1 when the file may hold plain values from before
 * </pre>
 *
 * <p>In an encrypted file {@code payload} and {@code state.value} are sealed; all else is readable, and so are identities,
 * which are hashes.
 *
 * <p>The number of a row is never used twice: the identity tables always hold the newest number given out. {@code PRAGMA
 * user_version} is the schema's number: how many steps the file has had. A file with a higher one is refused.
 */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /** Of what SQLite keeps beside the file, and of the file, which goes last: a move that is cut off is found again. */
    static final List<String> SUFFIXES = List.of("-shm", "-wal", "");

    private static final List<String> SETTINGS = List.of(
            "PRAGMA synchronous = FULL",
            "PRAGMA busy_timeout = 5000",
            // 16 MiB of write-ahead log: each page is written back to the file less often, which spares flash.
            "PRAGMA wal_autocheckpoint = 4000",
            "PRAGMA journal_size_limit = 67108864");

    private Schema() {}

    /** Opens the file for the writer; makes it when it is not there. */
    static Connection openForWriting(Path file) throws IOException {
        makeDirectory(file);
        boolean made = Files.notExists(file);
        try {
            return open(file, new SQLiteConfig(), connection -> {
                check(file, version(connection));
                configure(file, connection);
                migrate(file, connection, SchemaStep.ALL);
                emptyLog(connection);
            });
        } catch (IOException e) {
            if (made) {
                remove(file, e);
            }
            throw e;
        }
    }

    private static void makeDirectory(Path file) throws IOException {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new IOException(
                    "cannot make the directory of " + file
                            + ": check that what is above it can be written by this user",
                    e);
        }
    }

    /** Half a file, left by a full disk for example, would be taken for a damaged one. */
    private static void remove(Path file, IOException cause) {
        for (String suffix : SUFFIXES) {
            try {
                Files.deleteIfExists(Path.of(file + suffix));
            } catch (IOException e) {
                cause.addSuppressed(e);
            }
        }
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
            Connection connection = LastingStatements.on(config.createConnection("jdbc:sqlite:" + file));
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
        int known = SchemaStep.ALL.size();
        if (version > known) {
            throw new IOException(file + " has schema " + version + ", and this version of Qanat knows schemas up to "
                    + known + ": install the version that wrote it, or name another directory");
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
            // Where the file may only be read SQLite says so no sooner.
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("ROLLBACK");
        }
    }

    /** So that a log never holds remains of a run before the last: WriteAheadLog would take them for damage. */
    private static void emptyLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    /**
     * Takes the file through the steps that it has not had, each in a transaction of its own: when the process ends in
     * the middle, the next start goes on with the step that was under way.
     */
    static void migrate(Path file, Connection connection, List<SchemaStep> steps) throws SQLException {
        int version = version(connection);
        for (int next = version + 1; next <= steps.size(); next++) {
            SchemaStep step = steps.get(next - 1);
            if (version > 0) {
                LOG.info("The store {} goes from schema {} to {}: {}", file, next - 1, next, step.purpose());
            }
            take(step, next, connection);
        }
    }

    private static void take(SchemaStep step, int version, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try {
                for (String change : step.statements()) {
                    statement.execute(change);
                }
                statement.execute("PRAGMA user_version = " + version);
                statement.execute("COMMIT");
            } catch (SQLException e) {
                rollBack(statement, e);
                throw e;
            }
        }
    }

    private static void rollBack(Statement statement, SQLException cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has often rolled back by itself; the cause tells more.
            cause.addSuppressed(e);
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
