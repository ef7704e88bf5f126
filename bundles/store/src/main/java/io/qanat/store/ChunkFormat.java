package io.qanat.store;

import io.qanat.store.Chunk.Fate;
import io.qanat.store.Chunk.Head;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The columns of a chunk, all numbers big-endian:
 *
 * <pre>
 * head      version of this format: 1, 1 byte; then of each entry
 *             received at, 8 bytes, microseconds since 1970
 *             length of its payload, 4 bytes; 0 for one that was released and cut out
 *             source: length in 2 bytes, UTF-8; the length 0 for that of the entry before
 * payload   the payloads of all entries, one after the other; sealed as a whole where the file is encrypted
 * fates     of each entry 1 byte: 0 normal, 1 alarmed, 2 rejected, 3 dropped, 4 released
 *           then for each 2 and 3 in order the reason: length in 2 bytes, UTF-8
 * </pre>
 */
final class ChunkFormat {
    private static final byte VERSION = 1;
    private static final int TEXT_LIMIT = 0xFFFF;

    private ChunkFormat() {}

    static byte[] head(List<Head> heads) {
        List<byte[]> sources = new ArrayList<>();
        String before = "";
        int size = 1;
        for (Head head : heads) {
            byte[] source = head.source().equals(before) ? new byte[0] : text(head.source());
            before = head.source();
            sources.add(source);
            size += Long.BYTES + Integer.BYTES + Short.BYTES + source.length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(size).put(VERSION);
        for (int i = 0; i < heads.size(); i++) {
            bytes.putLong(heads.get(i).receivedAt()).putInt(heads.get(i).bytes());
            put(bytes, sources.get(i));
        }
        return bytes.array();
    }

    /** @throws SQLException as for a damaged file, when it is no head */
    static List<Head> heads(byte[] head) throws SQLException {
        return parse("head", head, bytes -> {
            if (bytes.get() != VERSION) {
                throw damaged("head", "its version is unknown");
            }
            List<Head> heads = new ArrayList<>();
            String source = "";
            while (bytes.hasRemaining()) {
                long receivedAt = bytes.getLong();
                int length = bytes.getInt();
                String own = text(bytes);
                source = own.isEmpty() ? source : own;
                heads.add(new Head(source, receivedAt, length));
            }
            return heads;
        });
    }

    static byte[] payload(List<byte[]> payloads) {
        ByteBuffer bytes = ByteBuffer.allocate(
                payloads.stream().mapToInt(each -> each.length).sum());
        payloads.forEach(bytes::put);
        return bytes.array();
    }

    /** @throws SQLException as for a damaged file, when head and payload do not belong together */
    static List<byte[]> payloads(List<Head> heads, byte[] payload) throws SQLException {
        return parse("payload", payload, bytes -> {
            List<byte[]> payloads = new ArrayList<>();
            for (Head head : heads) {
                byte[] own = new byte[head.bytes()];
                bytes.get(own);
                payloads.add(own);
            }
            return payloads;
        });
    }

    static byte[] fates(List<Fate> fates) {
        List<byte[]> reasons = fates.stream()
                .filter(Fate::hasReason)
                .map(fate -> text(fate.reason()))
                .toList();
        int size = fates.size()
                + reasons.stream()
                        .mapToInt(reason -> Short.BYTES + reason.length)
                        .sum();
        ByteBuffer bytes = ByteBuffer.allocate(size);
        fates.forEach(fate -> bytes.put((byte) fate.code()));
        reasons.forEach(reason -> put(bytes, reason));
        return bytes.array();
    }

    /**
     * @param count how many entries the chunk has
     * @throws SQLException as for a damaged file, when it is something else
     */
    static List<Fate> fates(int count, byte[] fates) throws SQLException {
        return parse("fates", fates, bytes -> {
            byte[] codes = new byte[count];
            bytes.get(codes);
            List<Fate> all = new ArrayList<>();
            for (byte code : codes) {
                Fate fate = Fate.of(code, "");
                all.add(fate.hasReason() ? Fate.of(code, text(bytes)) : fate);
            }
            return all;
        });
    }

    /** Longer texts than the format takes are cut: no source and no reason in use comes near it. */
    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= TEXT_LIMIT ? bytes : Arrays.copyOf(bytes, TEXT_LIMIT);
    }

    private static void put(ByteBuffer bytes, byte[] text) {
        bytes.putShort((short) text.length).put(text);
    }

    private static String text(ByteBuffer bytes) {
        byte[] text = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static <T> T parse(String column, byte[] bytes, Parser<T> parser) throws SQLException {
        try {
            return parser.parse(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
            throw damaged(column, "it is too short, or holds what never was written");
        }
    }

    private static SQLException damaged(String column, String why) {
        return new SQLiteException(
                "the " + column + " of a chunk of the journal cannot be read: " + why, SQLiteErrorCode.SQLITE_CORRUPT);
    }

    private interface Parser<T> {
        T parse(ByteBuffer bytes) throws SQLException;
    }
}
