package io.qanat.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * What is done with a value between memory and the file. The place is the table and row that the value belongs to: a
 * value that was moved to another place does not open.
 *
 * <p>Threads: one at a time.
 */
interface Seal {
    /** Values as they are. */
    Seal PLAIN = new Seal() {
        @Override
        public byte[] seal(byte[] place, byte[] value) {
            return value;
        }

        @Override
        public byte[] open(byte[] place, byte[] stored) {
            return stored;
        }
    };

    /** The form in which the value is stored. */
    byte[] seal(byte[] place, byte[] value);

    /**
     * The value that was stored.
     *
     * @throws SQLException as for a damaged file, when it was changed or stored at another place
     */
    byte[] open(byte[] place, byte[] stored) throws SQLException;

    /** A row of a table whose rows are numbered. */
    static byte[] row(String table, long number) {
        byte[] name = table.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(number)
                .array();
    }

    /** A row of the table {@code state}. */
    static byte[] state(String stage, String key) {
        byte[] name = "state".getBytes(StandardCharsets.UTF_8);
        byte[] first = stage.getBytes(StandardCharsets.UTF_8);
        byte[] second = key.getBytes(StandardCharsets.UTF_8);
        // The length keeps ("a", "bc") apart from ("ab", "c").
        return ByteBuffer.allocate(name.length + 1 + Integer.BYTES + first.length + second.length)
                .put(name)
                .put((byte) 0)
                .putInt(first.length)
                .put(first)
                .put(second)
                .array();
    }
}
