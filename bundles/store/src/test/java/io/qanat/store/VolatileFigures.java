package io.qanat.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Bytes that durable and volatile readings cause to be written, alternating: the figures of docs/store.md. No test: nothing
 * is asserted. Needs Linux, for {@code /proc/self/io}, and a directory on a real disk.
 *
 * <p>A reading has {@value #PAYLOAD} bytes; each {@value #WINDOW} readings of an asset a settlement frees them and writes
 * one state.
 */
final class VolatileFigures {
    private static final int PAYLOAD = 140;
    private static final int WINDOW = 16;
    private static final int ASSETS = 8;
    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    private VolatileFigures() {}

    /** Arguments: directory, readings per second, seconds, rounds. */
    public static void main(String[] args) throws Exception {
        int perSecond = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        for (int round = 0; round < Integer.parseInt(args[3]); round++) {
            double durable =
                    gigabytes(Files.createTempDirectory(Path.of(args[0]), "durable"), true, perSecond, seconds);
            double passing =
                    gigabytes(Files.createTempDirectory(Path.of(args[0]), "volatile"), false, perSecond, seconds);
            OUT.printf(
                    Locale.ROOT,
                    "%d readings/s: durable %.3f, volatile %.3f GB per million readings, ratio %.3f%n",
                    perSecond,
                    durable,
                    passing,
                    passing / durable);
        }
    }

    private static double gigabytes(Path directory, boolean durable, int perSecond, int seconds) throws Exception {
        long before;
        try (SqliteStore store = SqliteStore.open(directory, Clock.systemUTC())) {
            before = written();
            List<List<Long>> windows = new ArrayList<>();
            for (int asset = 0; asset < ASSETS; asset++) {
                windows.add(new ArrayList<>());
            }
            long start = System.nanoTime();
            for (int i = 0; i < perSecond * seconds; i++) {
                LockSupport.parkNanos(start + (long) (1e9 * i / perSecond) - System.nanoTime());
                int asset = i % ASSETS;
                List<Long> window = windows.get(asset);
                // On the writer's thread for durable readings, on this one for volatile ones: one at a time.
                var unused = store.append(reading(i, durable)).thenAccept(admission -> {
                    window.add(admission.entry());
                    if (window.size() == WINDOW) {
                        settle(store, asset, window);
                    }
                });
            }
        }
        return (written() - before) / 1e9 * 1e6 / perSecond / seconds;
    }

    private static void settle(SqliteStore store, int asset, List<Long> window) {
        List<Long> entries = List.copyOf(window);
        window.clear();
        StageState state = new StageState("window:w", "mote-" + asset, "{\"closed\": " + entries.get(0) + "}");
        var unused = store.settle(new Settlement(Outcome.NORMAL, "", entries, entries, 0, List.of(state), List.of()));
    }

    private static Arrival reading(int number, boolean durable) {
        byte[] payload =
                String.format(Locale.ROOT, "%-" + PAYLOAD + "d", number).getBytes(UTF_8);
        return new Arrival("plant", Identity.of("plant", "id" + number), payload, Instant.EPOCH, durable);
    }

    /** Bytes that this process has caused to be written to the disk so far. */
    private static long written() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .findFirst()
                .orElseThrow();
    }
}
