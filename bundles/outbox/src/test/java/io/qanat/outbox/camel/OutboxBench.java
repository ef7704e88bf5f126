package io.qanat.outbox.camel;

import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;

/**
 * What docs/outbox.md states: {@code enqueue} compares groups of 100 with bare SQLite in the same run, round by round;
 * {@code drain} empties a backlog with live alarms between. Arguments: one of them, and a directory on the disk to measure.
 */
final class OutboxBench {
    private static final int GROUP = 100;
    private static final int GROUPS = 100;
    private static final int ROUNDS = 9;
    private static final int BACKLOG = 200_000;
    private static final String CLOUD = "cloud";

    private OutboxBench() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[1]), "bench");
        if (args[0].equals("enqueue")) {
            enqueue(directory);
        } else {
            drain(directory, args.length > 2 ? "&" + args[2] : "");
        }
        System.exit(0);
    }

    private static void enqueue(Path directory) throws Exception {
        double[] outbox = new double[ROUNDS];
        double[] bare = new double[ROUNDS];
        double[] ratios = new double[ROUNDS];
        try (Outboxes outboxes = new Outboxes(directory.resolve("store"));
                Bare sqlite = new Bare(directory.resolve("bare.db"))) {
            for (int round = -2; round < ROUNDS; round++) {
                double own = rate(round, group -> outboxes.store.settle(group).join());
                double other = rate(round, group -> sqlite.insert(group.messages()));
                if (round >= 0) {
                    outbox[round] = own;
                    bare[round] = other;
                    ratios[round] = own / other;
                }
            }
        }
        System.out.printf(
                "enqueue, groups of %d, %d rounds of %,d rows: outbox %,.0f rows/s, bare SQLite %,.0f rows/s, ratio %.2f"
                        + " (medians)%n",
                GROUP, ROUNDS, GROUP * GROUPS, median(outbox), median(bare), median(ratios));
    }

    private static double rate(int round, Target target) throws Exception {
        List<Settlement> groups = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            groups.add(group("r" + round + "-" + group));
        }
        long start = System.nanoTime();
        for (Settlement group : groups) {
            target.take(group);
        }
        return GROUP * GROUPS / ((System.nanoTime() - start) / 1e9);
    }

    private static Settlement group(String name) {
        List<OutboxMessage> messages = new ArrayList<>();
        for (int i = 0; i < GROUP; i++) {
            messages.addAll(
                    Outboxes.settlement(CLOUD, name + "-" + i, Priority.MEDIUM).messages());
        }
        return new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(), messages);
    }

    private static void drain(Path directory, String options) throws Exception {
        Map<String, Long> stored = new ConcurrentHashMap<>();
        List<Long> latencies = new ArrayList<>();
        try (Outboxes outboxes = new Outboxes(directory.resolve("store"))) {
            for (int i = 0; i < BACKLOG / GROUP; i++) {
                outboxes.store.settle(group("old" + i)).join();
            }
            long start = System.nanoTime();
            outboxes.forward(CLOUD, "inFlight=64" + options, exchange -> arrived(exchange, stored, latencies));
            int live = 0;
            long most = 0;
            while (outboxes.ledger(CLOUD).delivered() < BACKLOG) {
                String alarm = "live" + live++;
                stored.put(alarm + "/raised", System.nanoTime());
                outboxes.put(CLOUD, alarm);
                most = Math.max(most, outboxes.status(CLOUD).count("inFlight"));
                TimeUnit.MILLISECONDS.sleep(20);
            }
            report(live, most, (System.nanoTime() - start) / 1e9, latencies);
        }
    }

    private static void arrived(Exchange exchange, Map<String, Long> stored, List<Long> latencies) {
        Long since = stored.get(exchange.getMessage().getHeader("QanatEventId", "", String.class));
        if (since != null) {
            synchronized (latencies) {
                latencies.add(System.nanoTime() - since);
            }
        }
    }

    private static void report(int live, long most, double seconds, List<Long> latencies) {
        double[] millis;
        synchronized (latencies) {
            millis = latencies.stream()
                    .mapToDouble(nanos -> nanos / 1e6)
                    .sorted()
                    .toArray();
        }
        System.out.printf(
                "drain of %,d with %,d live ones: %.1f s, %,.0f messages/s, at most %d under way; live ones from settle to"
                        + " endpoint p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                BACKLOG,
                live,
                seconds,
                (BACKLOG + live) / seconds,
                most,
                millis[millis.length / 2],
                millis[millis.length * 99 / 100],
                millis[millis.length - 1]);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private interface Target {
        void take(Settlement group) throws Exception;
    }

    /** The same rows in a table with the same columns and index, and nothing else. */
    private static final class Bare implements AutoCloseable {
        private final Connection connection;
        private final PreparedStatement insert;
        private long sequence;

        Bare(Path file) throws Exception {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = WAL");
                statement.execute("PRAGMA synchronous = FULL");
                statement.execute("PRAGMA wal_autocheckpoint = 4000");
                statement.execute(
                        "CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, id TEXT NOT"
                                + " NULL, subject TEXT NOT NULL, content_type TEXT NOT NULL, created_at INTEGER NOT NULL, payload"
                                + " BLOB NOT NULL, priority INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0)");
                statement.execute("CREATE INDEX outbox_order ON outbox (endpoint, state, priority, sequence)");
            }
            connection.setAutoCommit(false);
            insert = connection.prepareStatement("INSERT INTO outbox (sequence, endpoint, id, subject, content_type,"
                    + " created_at, payload, priority) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        }

        void insert(List<OutboxMessage> messages) throws Exception {
            for (OutboxMessage message : messages) {
                insert.setLong(1, ++sequence);
                insert.setString(2, message.endpoint());
                insert.setString(3, message.id());
                insert.setString(4, message.subject());
                insert.setString(5, message.contentType());
                insert.setLong(6, message.createdAt().toEpochMilli());
                insert.setBytes(7, message.payload());
                insert.setInt(8, message.priority().ordinal());
                insert.executeUpdate();
            }
            connection.commit();
        }

        @Override
        public void close() throws IOException {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }
}
