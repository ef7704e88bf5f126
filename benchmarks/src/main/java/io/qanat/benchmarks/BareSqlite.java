package io.qanat.benchmarks;

import io.qanat.api.Arrival;
import io.qanat.api.OutboxMessage;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The same rows as the store's, in tables with the same columns and index, with the same settings, and nothing else: no
 * identities, no ledger, no other threads. A transaction for each call.
 *
 * <p>Threads: any, one at a time.
 */
final class BareSqlite implements AutoCloseable {
    private static final List<String> SET_UP = List.of(
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA wal_autocheckpoint = 4000",
            "CREATE TABLE journal (entry INTEGER PRIMARY KEY, source TEXT NOT NULL, received_at INTEGER NOT NULL,"
                    + " payload BLOB NOT NULL, outcome INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '')",
            "CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT NULL, subject TEXT"
                    + " NOT NULL, content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload BLOB NOT NULL,"
                    + " priority INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0)",
            "CREATE INDEX outbox_order ON outbox (endpoint, state, priority, sequence)");

    private final Connection connection;
    private final PreparedStatement journal;
    private final PreparedStatement outbox;
    private final PreparedStatement first;
    private final PreparedStatement delete;
    private long rows;

    BareSqlite(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            for (String line : SET_UP) {
                statement.execute(line);
            }
        }
        connection.setAutoCommit(false);
        journal = connection.prepareStatement(
                "INSERT INTO journal (entry, source, received_at, payload) VALUES (?, ?, ?, ?)");
        outbox = connection.prepareStatement("INSERT INTO outbox (sequence, endpoint, id, subject, content_type,"
                + " created_at, payload, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        first = connection.prepareStatement("SELECT sequence, payload FROM outbox ORDER BY sequence LIMIT ?");
        delete = connection.prepareStatement("DELETE FROM outbox WHERE sequence = ?");
    }

    synchronized int journal(List<Arrival> arrivals) throws SQLException {
        for (Arrival arrival : arrivals) {
            journal.setLong(1, ++rows);
            journal.setString(2, arrival.source());
            journal.setLong(3, arrival.receivedAt().toEpochMilli());
            journal.setBytes(4, arrival.payload());
            journal.executeUpdate();
        }
        connection.commit();
        return arrivals.size();
    }

    synchronized int outbox(List<OutboxMessage> messages) throws SQLException {
        for (OutboxMessage message : messages) {
            outbox.setLong(1, ++rows);
            outbox.setString(2, message.endpoint());
            outbox.setString(3, message.id());
            outbox.setString(4, message.subject());
            outbox.setString(5, message.contentType());
            outbox.setLong(6, message.createdAt().toEpochMilli());
            outbox.setBytes(7, message.payload());
            outbox.setInt(8, message.priority().ordinal());
            outbox.executeUpdate();
        }
        connection.commit();
        return messages.size();
    }

    /**
     * Reads the oldest alarms and deletes them.
     *
     * @return how many there were, at most {@code group}
     */
    synchronized int drain(int group) throws SQLException {
        first.setInt(1, group);
        int drained = 0;
        try (ResultSet row = first.executeQuery()) {
            while (row.next()) {
                delete.setLong(1, row.getLong(1));
                delete.addBatch();
                drained += row.getBytes(2).length > 0 ? 1 : 0;
            }
        }
        delete.executeBatch();
        connection.commit();
        return drained;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
