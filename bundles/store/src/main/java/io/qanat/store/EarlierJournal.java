package io.qanat.store;

import io.qanat.store.Chunk.Fate;
import io.qanat.store.Chunk.Head;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The journal as it was up to schema 3, with a row for each message. What a file still holds of it becomes chunks of one
 * entry; this is no step of the schema, since the payloads of an encrypted file are opened and sealed again.
 *
 * <p>Threads: one, while the store is opened.
 */
final class EarlierJournal {
    private EarlierJournal() {}

    /** Moves what there is in one transaction: when the process ends in the middle, the next start begins again. */
    static void move(Connection connection, Seal seal) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (ResultSet row = statement.executeQuery(
                    "SELECT entry, source, received_at, outcome, reason, payload FROM journal ORDER BY entry")) {
                ChunkRows chunks = new ChunkRows(connection, seal);
                while (row.next()) {
                    move(row, seal, chunks);
                }
            }
            statement.execute("DELETE FROM journal");
            statement.execute("COMMIT");
        }
    }

    private static void move(ResultSet row, Seal seal, ChunkRows chunks) throws SQLException {
        long entry = row.getLong(1);
        byte[] payload = seal.open(Seal.row("journal", entry), row.getBytes(6));
        Head head = new Head(row.getString(2), row.getLong(3), payload.length);
        Chunk chunk = new Chunk(entry, List.of(head), List.of(Fate.of(row.getInt(4), row.getString(5))));
        chunks.insert(chunk, List.of(payload));
    }
}
