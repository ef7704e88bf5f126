package io.qanat.store;

import io.qanat.api.Arrival;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * The rows of messages that are not finished, and of those that failed.
 *
 * <p>Threads: the writer's; {@link #bytes} any.
 */
final class JournalTable implements InStep {
    /** How many failed messages are kept; a few more until the next trim. */
    static final int FAILED_KEPT = 10_000;

    private static final int TRIM_STEP = 1_000;

    /** The column {@code outcome} is the place in this list, from best to worst. */
    private static final List<Outcome> OUTCOMES =
            List.of(Outcome.NORMAL, Outcome.ALARMED, Outcome.REJECTED, Outcome.DROPPED);

    private final Seal seal;
    private final Clock clock;
    private final PreparedStatement insert;
    private final PreparedStatement worsen;
    private final PreparedStatement find;
    private final PreparedStatement release;
    private final PreparedStatement keepFailed;
    private final PreparedStatement trimFailed;
    private int untrimmed = TRIM_STEP;
    private long change;
    private volatile long bytes;

    JournalTable(Connection connection, Seal seal, Clock clock) throws SQLException {
        this.seal = seal;
        this.clock = clock;
        insert = connection.prepareStatement(
                "INSERT INTO journal (entry, source, received_at, payload) VALUES (?, ?, ?, ?)");
        worsen = connection.prepareStatement(
                "UPDATE journal SET outcome = ?1, reason = ?2 WHERE entry = ?3 AND outcome < ?1");
        find = connection.prepareStatement("SELECT 1 FROM journal WHERE entry = ?");
        // The payload is read only where it is kept.
        release = connection.prepareStatement("DELETE FROM journal WHERE entry = ? RETURNING source, outcome, reason,"
                + " CASE WHEN outcome = " + OUTCOMES.indexOf(Outcome.REJECTED) + " AND reason = '"
                + Journey.ROUTE_FAILURE
                + "' THEN payload END, received_at, length(payload)");
        keepFailed = connection.prepareStatement("INSERT OR REPLACE INTO failed"
                + " (entry, source, reason, payload, received_at, failed_at) VALUES (?, ?, ?, ?, ?, ?)");
        trimFailed = connection.prepareStatement("DELETE FROM failed WHERE entry <="
                + " (SELECT entry FROM failed ORDER BY entry DESC LIMIT 1 OFFSET " + FAILED_KEPT + ")");
        try (Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery("SELECT sum(length(payload)) FROM journal")) {
            bytes = sum.getLong(1);
        }
    }

    void insert(long entry, Arrival arrival) throws SQLException {
        byte[] payload = seal.seal(Seal.row("journal", entry), arrival.payload());
        insert.setLong(1, entry);
        insert.setString(2, arrival.source());
        insert.setLong(3, Micros.of(arrival.receivedAt()));
        insert.setBytes(4, payload);
        insert.executeUpdate();
        change += payload.length;
    }

    /** Gives the entry that outcome when it is open and its own is better. */
    void worsen(long entry, Outcome outcome, String reason) throws SQLException {
        worsen.setInt(1, OUTCOMES.indexOf(outcome));
        worsen.setString(2, reason);
        worsen.setLong(3, entry);
        worsen.executeUpdate();
    }

    boolean isOpen(long entry) throws SQLException {
        find.setLong(1, entry);
        try (ResultSet row = find.executeQuery()) {
            return row.next();
        }
    }

    /** Frees the entry and says how it ended; empty when it was not open. Keeps a copy when its route failed. */
    Optional<Released> release(long entry) throws SQLException {
        release.setLong(1, entry);
        try (ResultSet row = release.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            Released released = new Released(row.getString(1), OUTCOMES.get(row.getInt(2)), row.getString(3));
            byte[] payload = row.getBytes(4);
            if (payload != null) {
                keepFailed(entry, released, seal.open(Seal.row("journal", entry), payload), row.getLong(5));
            }
            change -= row.getLong(6);
            return Optional.of(released);
        }
    }

    private void keepFailed(long entry, Released released, byte[] payload, long receivedAt) throws SQLException {
        keepFailed.setLong(1, entry);
        keepFailed.setString(2, released.source());
        keepFailed.setString(3, released.reason());
        keepFailed.setBytes(4, seal.seal(Seal.row("failed", entry), payload));
        keepFailed.setLong(5, receivedAt);
        keepFailed.setLong(6, Micros.of(clock.instant()));
        keepFailed.executeUpdate();
        if (++untrimmed >= TRIM_STEP) {
            trimFailed.executeUpdate();
            untrimmed = 0;
        }
    }

    @Override
    public void committed() {
        // Only this thread writes it.
        long sum = bytes + change;
        bytes = sum;
        change = 0;
    }

    @Override
    public void rolledBack() {
        change = 0;
    }

    /** Of payload in the open rows, as of the last commit. */
    long bytes() {
        return bytes;
    }

    /** How an entry ended. */
    record Released(String source, Outcome outcome, String reason) {}
}
