package io.qanat.routes.privacy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.util.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What left the gateway, in JSON Lines:
 *
 * <pre>
 * {"at":"2026-01-01T00:00:00Z","route":"cloud-http","endpoint":"http://cloud/hook","class":"alarm","bytes":412,
 *  "event":"mote-anomaly/mote-1/2010-05-09T03:15:35Z/raised","outcome":"sent"}
 * </pre>
 *
 * {@code bytes} is -1 for a stream whose length nobody knew; {@code outcome} is {@code sent} or {@code failed}. The file
 * {@code audit.jsonl} becomes {@code audit.1.jsonl} when it is full, and so on; the oldest goes.
 *
 * <p>Threads: any may add; {@code qanat-audit} writes. A message never waits for the log: what there is no room or no disk
 * for is counted lost.
 */
final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final String NAME = "audit";
    private static final String ENDING = ".jsonl";
    private static final int QUEUE = 10_000;
    private static final long FILE_BYTES = 10L << 20;
    private static final int KEPT = 5;
    private static final long CLOSING_MILLIS = 5_000;

    private final Path folder;
    private final Clock clock;
    private final long fileBytes;
    private final BlockingQueue<Entry> entries = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder lost = new LongAdder();
    private final Thread writer = new Thread(this::write, "qanat-audit");
    private volatile boolean closing;
    private boolean failing;

    private @Nullable BufferedWriter file;
    private long written;

    /** A line, before it is written as one. */
    private record Entry(Instant at, Departure departure, boolean sent) {}

    private AuditLog(Path folder, Clock clock, long fileBytes) {
        this.folder = folder;
        this.clock = clock;
        this.fileBytes = fileBytes;
    }

    static AuditLog open(Path folder, Clock clock) {
        return open(folder, clock, FILE_BYTES);
    }

    /** @param fileBytes from which on a file is full */
    static AuditLog open(Path folder, Clock clock, long fileBytes) {
        AuditLog log = new AuditLog(folder, clock, fileBytes);
        log.writer.setDaemon(true);
        log.writer.start();
        return log;
    }

    Path folder() {
        return folder;
    }

    /** Departures that no line tells of. */
    long lost() {
        return lost.sum();
    }

    void add(Departure departure, boolean sent) {
        if (!entries.offer(new Entry(clock.instant(), departure, sent))) {
            lost.increment();
        }
    }

    private static String line(Entry entry) {
        Departure departure = entry.departure;
        JsonObject line = new JsonObject();
        line.put("at", entry.at.toString());
        line.put("route", departure.route());
        line.put("endpoint", departure.endpoint());
        line.put("class", departure.dataClass().text());
        line.put("bytes", departure.bytes());
        if (!departure.event().isEmpty()) {
            line.put("event", departure.event());
        }
        line.put("outcome", entry.sent ? "sent" : "failed");
        return line.toJson();
    }

    private void write() {
        while (!closing || !entries.isEmpty()) {
            try {
                Entry entry = entries.poll(1, TimeUnit.SECONDS);
                if (entry != null) {
                    writeOrCount(line(entry));
                }
            } catch (InterruptedException e) {
                // The log is being closed: what waits is still written.
                closing = true;
            }
        }
        closeFile();
    }

    private void writeOrCount(String line) {
        try {
            write(line);
            failing = false;
        } catch (IOException e) {
            lost.increment();
            closeFile();
            if (!failing) {
                LOG.warn(
                        "The audit log in {} cannot be written, what leaves is counted lost there: {}",
                        folder,
                        e.toString());
            }
            failing = true;
        }
    }

    private void write(String line) throws IOException {
        if (file == null || written >= fileBytes) {
            open();
        }
        BufferedWriter open = java.util.Objects.requireNonNull(file, "file");
        open.write(line);
        open.write('\n');
        written += line.length() + 1L;
        // Before the writer waits, what it has is on disk.
        if (entries.isEmpty()) {
            open.flush();
        }
    }

    private void open() throws IOException {
        closeFile();
        Files.createDirectories(folder);
        Path current = folder.resolve(NAME + ENDING);
        if (Files.exists(current) && Files.size(current) >= fileBytes) {
            rotate(current);
        }
        file = Files.newBufferedWriter(
                current, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        written = Files.size(current);
    }

    private void rotate(Path current) throws IOException {
        for (int i = KEPT - 1; i >= 1; i--) {
            Path older = i == 1 ? current : folder.resolve(NAME + "." + (i - 1) + ENDING);
            if (Files.exists(older)) {
                Files.move(older, folder.resolve(NAME + "." + i + ENDING), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void closeFile() {
        BufferedWriter open = file;
        file = null;
        written = 0;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("The end of the audit log could not be written", e);
            }
        }
    }

    /** Writes what waits, for 5 seconds at most. */
    @Override
    public void close() {
        closing = true;
        writer.interrupt();
        try {
            writer.join(CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
