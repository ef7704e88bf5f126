package io.qanat.faults;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a store's file holds, read with plain SQL and without the store's own code.
 *
 * @param identities of all messages that were ever accepted
 * @param open unfinished readings by mote
 * @param outbox messages that wait for an endpoint or are parked
 * @param counts the input ledger's stored terms
 * @param latest when the latest unfinished reading came, by the gateway's clock; the epoch when there is none
 */
public record StoreFile(
        Set<Identity> identities, Map<String, Long> open, long outbox, Map<String, Long> counts, Instant latest) {
    private static final Pattern ASSET = Pattern.compile("\"asset\":\"([^\"]+)\"");

    /** @param file the database; its gateway may run or be dead */
    public static StoreFile read(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            return new StoreFile(
                    identities(statement), open(statement), outbox(statement), counts(statement), latest(statement));
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

    private static Map<String, Long> open(Statement statement) throws SQLException {
        Map<String, Long> open = new TreeMap<>();
        try (ResultSet rows = statement.executeQuery("SELECT payload FROM journal")) {
            while (rows.next()) {
                Matcher asset = ASSET.matcher(new String(rows.getBytes(1), StandardCharsets.UTF_8));
                open.merge(asset.find() ? asset.group(1) : "", 1L, Long::sum);
            }
        }
        return open;
    }

    private static long outbox(Statement statement) throws SQLException {
        try (ResultSet count = statement.executeQuery("SELECT count(*) FROM outbox")) {
            return count.getLong(1);
        }
    }

    private static Instant latest(Statement statement) throws SQLException {
        try (ResultSet micros = statement.executeQuery("SELECT received_at FROM journal ORDER BY entry DESC LIMIT 1")) {
            return Instant.EPOCH.plus(micros.next() ? micros.getLong(1) : 0, ChronoUnit.MICROS);
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
        return open.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Readings on their way through the route: of a mote more than wait for its next window. */
    public long inRoute(int waiting) {
        return open.values().stream()
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
