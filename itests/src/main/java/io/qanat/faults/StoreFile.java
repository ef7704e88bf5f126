package io.qanat.faults;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.qanat.api.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a store's file holds, read with plain SQL and without the store's own code.
 *
 * @param identities of all messages that were ever accepted
 * @param open unfinished readings
 * @param outbox messages that wait for an endpoint or are parked
 * @param counts the input ledger's stored terms
 */
public record StoreFile(Set<Identity> identities, List<Open> open, long outbox, Map<String, Long> counts) {
    private static final Pattern ASSET = Pattern.compile("\"asset\":\"([^\"]+)\"");
    private static final byte RELEASED = 4;

    /**
     * An unfinished reading.
     *
     * @param receivedAt by the gateway's clock
     */
    private record Open(String asset, Instant receivedAt) {}

    /** @param file the database; its gateway may run or be dead */
    public static StoreFile read(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            return new StoreFile(identities(statement), open(statement), outbox(statement), counts(statement));
        }
    }

    private static Set<Identity> identities(Statement statement) throws SQLException {
        Set<Identity> identities = new HashSet<>();
        try (ResultSet rows = statement.executeQuery("SELECT identities FROM identity")) {
            while (rows.next()) {
                ByteBuffer bytes = ByteBuffer.wrap(rows.getBytes(1));
                while (bytes.hasRemaining()) {
                    identities.add(new Identity(bytes.getLong(), bytes.getLong()));
                }
            }
        }
        return identities;
    }

    private static List<Open> open(Statement statement) throws SQLException {
        List<Open> open = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT head, payload, fates FROM journal_chunk"
                + " LEFT JOIN journal_fate USING (first) ORDER BY first")) {
            while (rows.next()) {
                byte[] fates = rows.getBytes(3);
                addOpen(ByteBuffer.wrap(rows.getBytes(1)), rows.getBytes(2), fates == null ? new byte[0] : fates, open);
            }
        }
        return open;
    }

    /**
     * The head of a chunk has one byte and then, for each entry, 8 bytes of time, 4 of the payload's length, and the source
     * with its length in 2 bytes before it; the payloads follow each other, and the fates are a byte each.
     */
    private static void addOpen(ByteBuffer head, byte[] payload, byte[] fates, List<Open> open) {
        head.get();
        int offset = 0;
        for (int i = 0; head.hasRemaining(); i++) {
            Instant receivedAt = Instant.EPOCH.plus(head.getLong(), ChronoUnit.MICROS);
            int length = head.getInt();
            head.position(head.position() + Short.BYTES + head.getShort(head.position()));
            if (i >= fates.length || fates[i] != RELEASED) {
                Matcher asset = ASSET.matcher(new String(payload, offset, length, StandardCharsets.UTF_8));
                open.add(new Open(asset.find() ? asset.group(1) : "", receivedAt));
            }
            offset += length;
        }
    }

    private static long outbox(Statement statement) throws SQLException {
        try (ResultSet count = statement.executeQuery("SELECT count(*) FROM outbox")) {
            return count.getLong(1);
        }
    }

    private static Map<String, Long> counts(Statement statement) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT term, sum(count) FROM input_ledger GROUP BY term")) {
            while (rows.next()) {
                counts.put(rows.getString(1), rows.getLong(2));
            }
        }
        return counts;
    }

    /** Readings that have no outcome yet. */
    public long openReadings() {
        return open.size();
    }

    /** When the latest of them came, by the gateway's clock; the epoch when there is none. */
    Instant latest() {
        return open.isEmpty() ? Instant.EPOCH : open.get(open.size() - 1).receivedAt();
    }

    /** Readings on their way through the route: of a mote more than wait for its next window. */
    public long inRoute(int waiting) {
        return open.stream().collect(groupingBy(Open::asset, counting())).values().stream()
                .mapToLong(count -> Math.max(0, count - waiting))
                .sum();
    }

    /** A stored term of the input ledger, summed over its reasons. */
    public long count(String term) {
        return counts.getOrDefault(term, 0L);
    }

    /** For a log. */
    String summary() {
        return "%d readings open, of them %d in the route, %d alarms in the outbox"
                .formatted(openReadings(), inRoute(InFlight.WAITING), outbox);
    }

    /** Outcomes and open readings together. */
    public long accountedFor() {
        return count("normal") + count("alarmed") + count("rejected") + count("dropped") + openReadings();
    }
}
