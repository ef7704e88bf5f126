package io.qanat.store;

import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.OutboxQueue.Places;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the messages to send next. It looks for their sequences in the index {@code outbox_order} alone, one class after
 * the other, and reads only the rows that are wanted.
 *
 * <p>Threads: any, one at a time.
 */
final class OutboxReader {
    static final String COLUMNS = "sequence, endpoint, id, subject, content_type, payload, created_at, priority, state,"
            + " expires_at, tries, last_error";

    private static final String OF_CLASS =
            "SELECT sequence FROM outbox WHERE endpoint = ? AND state = 0 AND priority = ?";

    private final Seal seal;
    private final PreparedStatement backlog;
    private final PreparedStatement oldestLive;
    private final PreparedStatement newestLive;
    private final PreparedStatement row;
    private final PreparedStatement newest;

    OutboxReader(Connection connection, Seal seal) throws SQLException {
        this.seal = seal;
        backlog = connection.prepareStatement(OF_CLASS + " AND sequence <= ? ORDER BY sequence LIMIT ?");
        oldestLive = connection.prepareStatement(OF_CLASS + " AND sequence > ? ORDER BY sequence LIMIT ?");
        newestLive = connection.prepareStatement(OF_CLASS + " AND sequence > ? ORDER BY sequence DESC LIMIT ?");
        row = connection.prepareStatement("SELECT " + COLUMNS + " FROM outbox WHERE sequence = ?");
        newest = connection.prepareStatement("SELECT coalesce(max(sequence), 0) FROM outbox");
    }

    /** See {@link io.qanat.api.OutboxQueue#next}. */
    List<OutboxEntry> next(String endpoint, long liveAfter, Set<Long> without, Places places) throws SQLException {
        Search search = new Search(endpoint, liveAfter, without);
        List<Long> old = search.find(backlog, places.all());
        int live = old.isEmpty() ? places.all() : Math.min(places.all(), places.live());
        List<Long> chosen = new ArrayList<>(search.find(old.isEmpty() ? oldestLive : newestLive, live));
        chosen.addAll(old.subList(0, Math.min(old.size(), places.all() - chosen.size())));
        return entries(chosen);
    }

    Optional<OutboxEntry> find(long sequence) throws SQLException {
        row.setLong(1, sequence);
        try (ResultSet found = row.executeQuery()) {
            return found.next() ? Optional.of(entry(found)) : Optional.empty();
        }
    }

    long newest() throws SQLException {
        try (ResultSet result = newest.executeQuery()) {
            return result.getLong(1);
        }
    }

    private List<OutboxEntry> entries(List<Long> sequences) throws SQLException {
        List<OutboxEntry> entries = new ArrayList<>();
        for (long sequence : sequences) {
            // It may have been dropped since.
            find(sequence).ifPresent(entries::add);
        }
        return List.copyOf(entries);
    }

    /** The entry in a row of {@link #COLUMNS}. */
    OutboxEntry entry(ResultSet row) throws SQLException {
        return new OutboxEntry(
                row.getLong(1),
                new OutboxMessage(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        seal.open(Seal.row("outbox", row.getLong(1)), row.getBytes(6)),
                        Micros.toInstant(row.getLong(7)),
                        Priority.values()[row.getInt(8)],
                        expiry(row)),
                State.values()[row.getInt(9)],
                row.getInt(11),
                row.getString(12));
    }

    private static Optional<Instant> expiry(ResultSet row) throws SQLException {
        long micros = row.getLong(10);
        return row.wasNull() ? Optional.empty() : Optional.of(Micros.toInstant(micros));
    }

    /** One search through the classes. */
    private record Search(String endpoint, long liveAfter, Set<Long> without) {
        List<Long> find(PreparedStatement ofClass, int limit) throws SQLException {
            List<Long> found = new ArrayList<>();
            for (int priority = Priority.values().length - 1; priority >= 0 && found.size() < limit; priority--) {
                ofClass.setString(1, endpoint);
                ofClass.setInt(2, priority);
                ofClass.setLong(3, liveAfter);
                ofClass.setInt(4, limit - found.size() + without.size());
                add(ofClass, found, limit);
            }
            return found;
        }

        private void add(PreparedStatement ofClass, List<Long> found, int limit) throws SQLException {
            try (ResultSet rows = ofClass.executeQuery()) {
                while (rows.next() && found.size() < limit) {
                    if (!without.contains(rows.getLong(1))) {
                        found.add(rows.getLong(1));
                    }
                }
            }
        }
    }
}
