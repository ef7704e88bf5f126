package io.qanat.store;

import io.qanat.api.OutboxControl.Choice;
import io.qanat.api.OutboxEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the entries that a person chose.
 *
 * <p>Threads: that of the connection.
 */
final class OutboxChoice {
    /** A list has the payloads in memory. */
    private static final int LISTED = 1_000;

    private OutboxChoice() {}

    static List<OutboxEntry> entries(Connection connection, OutboxReader reader, Choice choice) throws SQLException {
        return find(connection, OutboxReader.COLUMNS, choice, LISTED, reader::entry);
    }

    static List<Long> sequences(Connection connection, Choice choice) throws SQLException {
        return find(connection, "sequence", choice, Integer.MAX_VALUE, row -> row.getLong(1));
    }

    private static <T> List<T> find(Connection connection, String columns, Choice choice, int most, Row<T> row)
            throws SQLException {
        List<Object> values = new ArrayList<>();
        StringBuilder query = new StringBuilder("SELECT " + columns + " FROM outbox WHERE true");
        choice.endpoint().ifPresent(name -> add(query, values, "endpoint", name));
        choice.state().ifPresent(state -> add(query, values, "state", state.ordinal()));
        choice.priority().ifPresent(priority -> add(query, values, "priority", priority.ordinal()));
        query.append(" ORDER BY sequence LIMIT ").append(Math.min(choice.limit(), most));
        List<T> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query.toString())) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.read(rows));
                }
            }
        }
        return List.copyOf(found);
    }

    private static void add(StringBuilder query, List<Object> values, String column, Object value) {
        query.append(" AND ").append(column).append(" = ?");
        values.add(value);
    }

    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }
}
