package io.qanat.store;

import io.qanat.api.JournalEntry;
import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxQueue.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what is committed, on a connection of its own, so that a reader never waits for the writer.
 *
 * <p>Threads: any, one at a time.
 */
final class Reader implements AutoCloseable {
    private final Path file;
    private final Connection connection;
    private final Seal seal;
    private final Damage damage;
    private final PreparedStatement open;
    private final PreparedStatement states;
    private final OutboxReader outbox;

    Reader(Path file, Connection connection, Seal seal, Damage damage) throws SQLException {
        this.file = file;
        this.seal = seal;
        this.damage = damage;
        this.connection = connection;
        open = connection.prepareStatement(ChunkRows.ALL);
        states = connection.prepareStatement("SELECT key, value FROM state WHERE stage = ?");
        outbox = new OutboxReader(connection, seal);
    }

    synchronized List<JournalEntry> open(String source) {
        return reading("the journal", () -> ChunkRows.open(open, seal, source));
    }

    synchronized List<OutboxEntry> next(String endpoint, long liveAfter, Set<Long> without, Places places) {
        return reading("the outbox", () -> outbox.next(endpoint, liveAfter, without, places));
    }

    synchronized long newest() {
        return reading("the outbox", outbox::newest);
    }

    synchronized List<OutboxEntry> list(Choice choice) {
        return reading("the outbox", () -> OutboxChoice.entries(connection, outbox, choice));
    }

    synchronized Optional<OutboxEntry> show(long sequence) {
        return reading("the outbox", () -> outbox.find(sequence));
    }

    synchronized Map<String, String> states(String stage) {
        return reading("stage states", () -> {
            states.setString(1, stage);
            Map<String, String> values = new HashMap<>();
            for (Map.Entry<String, String> state : rows(states, row -> state(stage, row))) {
                values.put(state.getKey(), state.getValue());
            }
            return Map.copyOf(values);
        });
    }

    private Map.Entry<String, String> state(String stage, ResultSet row) throws SQLException {
        byte[] value = seal.open(Seal.state(stage, row.getString(1)), row.getBytes(2));
        return Map.entry(row.getString(1), new String(value, StandardCharsets.UTF_8));
    }

    private static <T> List<T> rows(PreparedStatement query, Row<T> row) throws SQLException {
        List<T> values = new ArrayList<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                values.add(row.read(rows));
            }
        }
        return List.copyOf(values);
    }

    private <T> T reading(String what, Query<T> query) {
        try {
            if (connection.isClosed()) {
                throw new IllegalStateException(
                        "the store " + file + " is closed: stop what reads " + what + " before the store");
            }
            return query.read();
        } catch (SQLException e) {
            damage.notice(e);
            IOException refused = Refusal.explain("could not read " + what + " from " + file, e);
            throw new UncheckedIOException(refused);
        }
    }

    @Override
    public synchronized void close() throws SQLException {
        connection.close();
    }

    private interface Query<T> {
        T read() throws SQLException;
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }
}
