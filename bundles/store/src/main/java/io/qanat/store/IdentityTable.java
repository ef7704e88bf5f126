package io.qanat.store;

import io.qanat.api.Identity;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The newest identities, each with the number it was given. All of them are in memory, so that a duplicate is found
 * without a random index on disk. The table only grows at its end, by one row per transaction, and is trimmed in steps:
 *
 * <pre>
 * sequence    number of the row's first identity; the others follow without a gap
 * identities  16 bytes each: high, low, big-endian
 * </pre>
 *
 * <p>Threads: the writer's.
 */
final class IdentityTable implements InStep {
    private static final int BYTES = 2 * Long.BYTES;

    private final int horizon;
    private final Set<Identity> known = new LinkedHashSet<>();
    private final List<Identity> added = new ArrayList<>();
    private final PreparedStatement insert;
    private final PreparedStatement trim;
    private long next = 1;
    private long trimmedTo;

    /** @param horizon how many identities are known at least */
    IdentityTable(Connection connection, String table, int horizon) throws SQLException {
        this.horizon = horizon;
        this.insert = connection.prepareStatement("INSERT INTO " + table + " (sequence, identities) VALUES (?, ?)");
        // The row that holds the oldest identity to keep begins at or before it.
        this.trim = connection.prepareStatement("DELETE FROM " + table + " WHERE sequence <"
                + " (SELECT max(sequence) FROM " + table + " WHERE sequence <= ?)");
        load(connection, table);
        this.trimmedTo = next - 1 - known.size();
    }

    private void load(Connection connection, String table) throws SQLException {
        String query = "SELECT sequence, identities FROM " + table + " ORDER BY sequence";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                ByteBuffer identities = ByteBuffer.wrap(rows.getBytes(2));
                next = rows.getLong(1) + identities.remaining() / BYTES;
                while (identities.hasRemaining()) {
                    known.add(new Identity(identities.getLong(), identities.getLong()));
                }
            }
        }
    }

    /** A number for a new identity, greater than any before; empty when the identity is known. */
    OptionalLong admit(Identity identity) {
        if (!known.add(identity)) {
            return OptionalLong.empty();
        }
        added.add(identity);
        return OptionalLong.of(next++);
    }

    @Override
    public void beforeCommit() throws SQLException {
        if (!added.isEmpty()) {
            insert.setLong(1, next - added.size());
            insert.setBytes(2, bytes(added));
            insert.executeUpdate();
        }
        if (isTrimDue()) {
            trim.setLong(1, next - horizon);
            trim.executeUpdate();
        }
    }

    private static byte[] bytes(List<Identity> identities) {
        ByteBuffer bytes = ByteBuffer.allocate(identities.size() * BYTES);
        for (Identity identity : identities) {
            bytes.putLong(identity.high()).putLong(identity.low());
        }
        return bytes.array();
    }

    private boolean isTrimDue() {
        return next - 1 - trimmedTo > horizon + horizon / 10;
    }

    @Override
    public void committed() {
        added.clear();
        if (isTrimDue()) {
            trimmedTo = next - 1 - horizon;
            forgetOldest();
        }
    }

    private void forgetOldest() {
        Iterator<Identity> oldest = known.iterator();
        for (int excess = known.size() - horizon; excess > 0; excess--) {
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public void rolledBack() {
        // The numbers are given out again: nobody was told them.
        next -= added.size();
        added.forEach(known::remove);
        added.clear();
    }
}
