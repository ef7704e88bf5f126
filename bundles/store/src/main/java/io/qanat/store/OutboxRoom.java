package io.qanat.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes the outbox holds for each endpoint.
 *
 * <p>Threads: the writer's; {@link #total} any.
 */
final class OutboxRoom implements InStep {
    /** Size of a row as it is counted: the payload as stored, and about what the rest of it takes. */
    static final String SIZE = "length(payload) + 256";

    private final Map<String, Long> used = new HashMap<>();
    private final Map<String, Long> changes = new HashMap<>();
    private volatile long total;

    OutboxRoom(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT endpoint, sum(" + SIZE + ") FROM outbox GROUP BY endpoint")) {
            while (rows.next()) {
                used.put(rows.getString(1), rows.getLong(2));
            }
        }
        total = sum(used);
    }

    private static long sum(Map<String, Long> bytes) {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    void add(String endpoint, long bytes) {
        used.merge(endpoint, bytes, Long::sum);
        changes.merge(endpoint, bytes, Long::sum);
    }

    long used(String endpoint) {
        return used.getOrDefault(endpoint, 0L);
    }

    /** Of all endpoints, as of the last commit. */
    long total() {
        return total;
    }

    @Override
    public void committed() {
        if (!changes.isEmpty()) {
            total = sum(used);
        }
        changes.clear();
    }

    @Override
    public void rolledBack() {
        changes.forEach((endpoint, change) -> used.merge(endpoint, -change, Long::sum));
        changes.clear();
    }
}
