package io.qanat.store;

import io.qanat.api.JournalEntry;
import io.qanat.store.Chunk.Head;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The chunks of the journal in the file: see {@link ChunkFormat} for the columns.
 *
 * <p>Threads: the writer's.
 */
final class ChunkRows {
    /** Names the row in which a payload is sealed. */
    private static final String TABLE = "journal_chunk";

    /** For {@link #open}: every chunk with its fates and its payload, in order. */
    static final String ALL = "SELECT first, head, fates, payload FROM journal_chunk"
            + " LEFT JOIN journal_fate USING (first) ORDER BY first";

    private static final byte[] NOTHING = {};

    private final Seal seal;
    private final PreparedStatement insert;
    private final PreparedStatement payload;
    private final PreparedStatement strip;
    private final PreparedStatement fates;
    private final PreparedStatement delete;
    private final PreparedStatement forget;

    ChunkRows(Connection connection, Seal seal) throws SQLException {
        this.seal = seal;
        insert = connection.prepareStatement("INSERT INTO journal_chunk (first, head, payload) VALUES (?, ?, ?)");
        payload = connection.prepareStatement("SELECT payload FROM journal_chunk WHERE first = ?");
        strip = connection.prepareStatement("UPDATE journal_chunk SET head = ?, payload = ? WHERE first = ?");
        fates = connection.prepareStatement("INSERT OR REPLACE INTO journal_fate (first, fates) VALUES (?, ?)");
        delete = connection.prepareStatement("DELETE FROM journal_chunk WHERE first = ?");
        forget = connection.prepareStatement("DELETE FROM journal_fate WHERE first = ?");
    }

    /** All chunks, without their payloads, in order. */
    static List<Chunk> load(Connection connection) throws SQLException {
        List<Chunk> chunks = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT first, head, fates FROM journal_chunk"
                        + " LEFT JOIN journal_fate USING (first) ORDER BY first")) {
            while (rows.next()) {
                chunks.add(chunk(rows));
            }
        }
        return chunks;
    }

    /** @param row with number, head and fates in its first columns */
    private static Chunk chunk(ResultSet row) throws SQLException {
        List<Head> heads = ChunkFormat.heads(row.getBytes(2));
        byte[] fates = row.getBytes(3);
        return new Chunk(row.getLong(1), heads, fates == null ? List.of() : ChunkFormat.fates(heads.size(), fates));
    }

    /** The entries of a source that are open, in order. */
    static List<JournalEntry> open(PreparedStatement all, Seal seal, String source) throws SQLException {
        List<JournalEntry> entries = new ArrayList<>();
        try (ResultSet rows = all.executeQuery()) {
            while (rows.next()) {
                Chunk chunk = chunk(rows);
                if (chunk.openSources().contains(source)) {
                    byte[] payload = seal.open(place(chunk.first()), rows.getBytes(4));
                    entries.addAll(open(chunk, ChunkFormat.payloads(chunk.heads(), payload), source));
                }
            }
        }
        return List.copyOf(entries);
    }

    private static List<JournalEntry> open(Chunk chunk, List<byte[]> payloads, String source) {
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            Head head = chunk.heads().get(i);
            if (chunk.isOpen(i) && head.source().equals(source)) {
                entries.add(new JournalEntry(
                        chunk.first() + i, source, payloads.get(i), Micros.toInstant(head.receivedAt())));
            }
        }
        return entries;
    }

    /**
     * Stores a new chunk. The payloads of entries that are released already are left out; {@link Chunk#strip} is left to
     * the caller.
     *
     * @param payloads one for each entry
     */
    void insert(Chunk chunk, List<byte[]> payloads) throws SQLException {
        insert.setLong(1, chunk.first());
        insert.setBytes(2, ChunkFormat.head(chunk.strippedHeads()));
        insert.setBytes(3, sealed(chunk, open(chunk, payloads)));
        insert.executeUpdate();
        if (!chunk.isUntouched()) {
            writeFates(chunk);
        }
    }

    /** The payloads of a stored chunk. */
    List<byte[]> payloads(Chunk chunk) throws SQLException {
        payload.setLong(1, chunk.first());
        try (ResultSet row = payload.executeQuery()) {
            return ChunkFormat.payloads(chunk.heads(), seal.open(place(chunk.first()), row.getBytes(1)));
        }
    }

    /** Cuts the payloads of released entries out; {@link Chunk#strip} is left to the caller. */
    void strip(Chunk chunk) throws SQLException {
        List<byte[]> payloads = open(chunk, payloads(chunk));
        strip.setBytes(1, ChunkFormat.head(chunk.strippedHeads()));
        strip.setBytes(2, sealed(chunk, payloads));
        strip.setLong(3, chunk.first());
        strip.executeUpdate();
    }

    /** Writes what has become of the entries of a stored chunk. */
    void writeFates(Chunk chunk) throws SQLException {
        fates.setLong(1, chunk.first());
        fates.setBytes(2, ChunkFormat.fates(chunk.fates()));
        fates.executeUpdate();
    }

    void delete(Chunk chunk) throws SQLException {
        for (PreparedStatement statement : List.of(delete, forget)) {
            statement.setLong(1, chunk.first());
            statement.executeUpdate();
        }
    }

    private static List<byte[]> open(Chunk chunk, List<byte[]> payloads) {
        List<byte[]> open = new ArrayList<>(payloads);
        for (int i = 0; i < open.size(); i++) {
            if (!chunk.isOpen(i)) {
                open.set(i, NOTHING);
            }
        }
        return open;
    }

    private byte[] sealed(Chunk chunk, List<byte[]> payloads) {
        return seal.seal(place(chunk.first()), ChunkFormat.payload(payloads));
    }

    private static byte[] place(long first) {
        return Seal.row(TABLE, first);
    }
}
