package io.qanat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;

/**
 * Copies of the newest messages whose route failed, for inspection.
 *
 * <p>Threads: the writer's.
 */
final class FailedTable {
    /** How many failed messages are kept; a few more until the next trim. */
    static final int KEPT = 10_000;

    private static final int TRIM_STEP = 1_000;

    private final Seal seal;
    private final Clock clock;
    private final PreparedStatement keep;
    private final PreparedStatement trim;
    private int untrimmed = TRIM_STEP;

    FailedTable(Connection connection, Seal seal, Clock clock) throws SQLException {
        this.seal = seal;
        this.clock = clock;
        keep = connection.prepareStatement("INSERT OR REPLACE INTO failed"
                + " (entry, source, reason, payload, received_at, failed_at) VALUES (?, ?, ?, ?, ?, ?)");
        trim = connection.prepareStatement("DELETE FROM failed WHERE entry <="
                + " (SELECT entry FROM failed ORDER BY entry DESC LIMIT 1 OFFSET " + KEPT + ")");
    }

    void keep(long entry, Chunk.Head head, String reason, byte[] payload) throws SQLException {
        keep.setLong(1, entry);
        keep.setString(2, head.source());
        keep.setString(3, reason);
        keep.setBytes(4, seal.seal(Seal.row("failed", entry), payload));
        keep.setLong(5, head.receivedAt());
        keep.setLong(6, Micros.of(clock.instant()));
        keep.executeUpdate();
        if (++untrimmed >= TRIM_STEP) {
            trim.executeUpdate();
            untrimmed = 0;
        }
    }
}
