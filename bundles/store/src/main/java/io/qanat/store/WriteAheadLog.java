package io.qanat.store;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Looks at a write-ahead log before SQLite opens it. SQLite takes the frames up to the first one whose checksum is wrong
 * and passes over the rest without a word: right after a crash, when the rest was never committed, but silent about
 * damage. What distinguishes the two are whole frames of the same log behind the wrong one.
 *
 * <pre>
 *   header  32 bytes: magic 377F0682 or 377F0683, format, page size, checkpoint, salt 1, salt 2, checksum 1, checksum 2
 *   frame   24 bytes: page, size of the file, salt 1, salt 2, checksum 1, checksum 2; then the page
 * </pre>
 *
 * All numbers have 4 bytes, big-endian. Checksums go on from one frame to the next, over the first 8 bytes of its head
 * and its page, in the byte order that the last bit of the magic names. Source: https://sqlite.org/fileformat2.html#walformat
 *
 * <p>Threads: one.
 */
final class WriteAheadLog {
    private static final int HEADER = 32;
    private static final int FRAME = 24;
    private static final int MAGIC = 0x377F0682;

    private int first;
    private int second;

    private WriteAheadLog() {}

    /** What is wrong with the log; empty when nothing is or there is none. */
    static Optional<String> damage(Path log) throws IOException {
        if (!Files.exists(log) || Files.size(log) < HEADER) {
            return Optional.empty();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(log), 1 << 16)) {
            return new WriteAheadLog().read(in);
        }
    }

    private Optional<String> read(InputStream in) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER));
        if ((header.getInt(0) & ~1) != MAGIC) {
            return Optional.of("its header is no header");
        }
        ByteOrder order = (header.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        add(header.slice(0, HEADER - 8).order(order));
        if (header.getInt(24) != first || header.getInt(28) != second) {
            return Optional.of("the checksum of its header is wrong");
        }
        return frames(in, header.getLong(16), header.getInt(8), order);
    }

    private Optional<String> frames(InputStream in, long salts, int pageSize, ByteOrder order) throws IOException {
        long wrong = 0;
        long number = 0;
        byte[] bytes = in.readNBytes(FRAME + pageSize);
        while (bytes.length == FRAME + pageSize) {
            number++;
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            boolean own = frame.getLong(8) == salts;
            if (wrong > 0 && own) {
                return Optional.of("frame " + wrong + " is wrong, and frames behind it are lost with it");
            }
            if (wrong == 0 && !(own && continues(frame, order))) {
                wrong = number;
            }
            bytes = in.readNBytes(FRAME + pageSize);
        }
        return Optional.empty();
    }

    private boolean continues(ByteBuffer frame, ByteOrder order) {
        add(frame.slice(0, 8).order(order));
        add(frame.slice(FRAME, frame.capacity() - FRAME).order(order));
        return frame.getInt(16) == first && frame.getInt(20) == second;
    }

    private void add(ByteBuffer words) {
        while (words.hasRemaining()) {
            first += words.getInt() + second;
            second += words.getInt() + first;
        }
    }
}
