package io.qanat.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the bytes that the operator allows is used. A SQLite file does not shrink, so what counts is its pages in
 * use, not its length; the write-ahead log, bounded by {@link Schema}, comes on top.
 *
 * <p>Threads: the writer's; {@link #used} any.
 */
final class Quota {
    private static final Logger LOG = LoggerFactory.getLogger(Quota.class);

    private final long bytes;
    private final PreparedStatement measure;
    private volatile long used;
    private boolean told;

    /** @param bytes that may be used; 0 for no quota */
    Quota(Connection connection, long bytes) throws SQLException {
        this.bytes = bytes;
        this.measure = connection.prepareStatement("SELECT (page_count - freelist_count) * page_size"
                + " FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()");
        this.used = query();
    }

    private long query() throws SQLException {
        try (ResultSet row = measure.executeQuery()) {
            return row.getLong(1);
        }
    }

    /** Looks again, after a commit. */
    void measure() {
        try {
            used = query();
        } catch (SQLException e) {
            LOG.warn("The size of the store cannot be read and is taken to be {} bytes still", used, e);
        }
        if (free() <= 0 && !told) {
            told = true;
            LOG.warn(
                    "The store holds {} bytes of a quota of {}: messages stay with their brokers until alarms are"
                            + " delivered or windows close. When this lasts, see which endpoint takes no alarms, or"
                            + " raise the quota",
                    used,
                    bytes);
        } else if (told && free() > bytes / 4) {
            // Not at once: a store that is just full would tell it with every commit.
            told = false;
            LOG.info("The store holds {} bytes of a quota of {} and has room for messages again", used, bytes);
        }
    }

    /** Bytes that may still be used; nothing when it is 0 or less. */
    long free() {
        return bytes == 0 ? Long.MAX_VALUE : bytes - used;
    }

    /** Bytes that may be used; 0 for no quota. */
    long bytes() {
        return bytes;
    }

    /** Bytes in use. */
    long used() {
        return used;
    }
}
