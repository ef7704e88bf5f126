package io.qanat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counts of one ledger. What a transaction counts is kept apart until it is durable.
 *
 * <p>Threads: the writer's; {@link #counts()} any.
 */
final class LedgerTable implements InStep {
    private final Map<Count, Long> durable = new HashMap<>();
    private final Map<Count, Long> changes = new HashMap<>();
    private final PreparedStatement add;

    /**
     * @param table its counts
     * @param held the term that is no stored count, but what the file holds
     * @param holds how much of it by name
     */
    LedgerTable(Connection connection, String table, Term held, Map<String, Long> holds) throws SQLException {
        this.add = connection.prepareStatement("INSERT INTO " + table + " (name, term, reason, count)"
                + " VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count");
        try (Statement statement = connection.createStatement()) {
            load(statement, "SELECT name, term, reason, count FROM " + table);
        }
        holds.forEach((name, count) -> durable.put(new Count(name, held, ""), count));
    }

    private void load(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                durable.put(
                        new Count(rows.getString(1), Term.of(rows.getString(2)), rows.getString(3)), rows.getLong(4));
            }
        }
    }

    void add(String name, Term term, long count) {
        add(name, term, "", count);
    }

    void add(String name, Term term, String reason, long count) {
        changes.merge(new Count(name, term, reason), count, Long::sum);
    }

    @Override
    public void beforeCommit() throws SQLException {
        for (Map.Entry<Count, Long> change : changes.entrySet()) {
            Count count = change.getKey();
            if (count.term().stored() && change.getValue() != 0) {
                add.setString(1, count.name());
                add.setString(2, count.term().text());
                add.setString(3, count.reason());
                add.setLong(4, change.getValue());
                add.executeUpdate();
            }
        }
    }

    @Override
    public synchronized void committed() {
        changes.forEach((count, change) -> durable.merge(count, change, Long::sum));
        changes.clear();
    }

    @Override
    public void rolledBack() {
        changes.clear();
    }

    /** As of the last commit. */
    synchronized Map<Count, Long> counts() {
        return Map.copyOf(durable);
    }

    /** By name, whatever the reason; without names that have none of it. */
    Map<String, Long> all(Term term) {
        Map<String, Long> all = new TreeMap<>();
        counts().forEach((count, number) -> {
            if (count.term() == term && number != 0) {
                all.merge(count.name(), number, Long::sum);
            }
        });
        return all;
    }

    /** What a number stands for. */
    record Count(String name, Term term, String reason) {}
}
