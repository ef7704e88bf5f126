package io.qanat.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import io.qanat.benchmarks.Series;
import io.qanat.benchmarks.Turns;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What docs/store.md says of the store: bytes written to flash, the cost of encryption, of the check at the start and of a
 * backup. In the store's package, since what is measured is inside it.
 *
 * <p>A reading has {@value #PAYLOAD} bytes; each {@value #WINDOW} readings a settlement frees them and writes one state.
 */
@Command(
        name = "store",
        description = "What the store writes to flash for each reading, at several rates and commit intervals, and what"
                + " encryption, the check at the start and a backup cost. Needs Linux, for /proc/self/io.",
        mixinStandardHelpOptions = true)
public final class StoreBench implements Callable<Integer> {
    private static final int PAYLOAD = 140;
    private static final int WINDOW = 16;
    private static final int ASSETS = 8;
    private static final int RATED = 200_000;
    private static final int CHECKED = 1_000_000;
    private static final String PLANT = "plant";
    private static final PrintStream OUT = new PrintStream(System.out, true, UTF_8);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "For each rate and interval; 0 leaves the bytes written out. Default: ${DEFAULT-VALUE}.")
    private int seconds = 10;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            description =
                    "Where to write, on the disk to measure: one in memory writes nothing. Default: the folder for"
                            + " temporary files.")
    private Path parent = Path.of(System.getProperty("java.io.tmpdir"));

    private Path directory = parent;

    @Override
    public Integer call() throws Exception {
        directory = Files.createTempDirectory(parent, "qanat-bench");
        try {
            measure();
        } finally {
            delete(directory);
        }
        return 0;
    }

    private void measure() throws Exception {
        for (int perSecond : seconds == 0 ? new int[0] : new int[] {100, 1000, 5000}) {
            for (long interval : new long[] {0, 20, 100}) {
                flash(perSecond, Duration.ofMillis(interval), true);
            }
            flash(perSecond, Duration.ZERO, false);
        }
        seal();
        check();
        backup();
        new Turns<Double>()
                .with("plain", () -> rate(Optional.empty()))
                .with("encrypted", () -> rate(Optional.of(key())))
                .take(1, rounds)
                .forEach((side, rates) -> OUT.println(
                        new Series("rate: " + side + ", readings/s journalled and settled", rates).line("%,10.0f")));
    }

    private void flash(int perSecond, Duration interval, boolean durable) throws Exception {
        try (SqliteStore store = store(new StoreConfig(fresh(), 0, interval, Optional.empty()))) {
            long before = written();
            int readings = perSecond * seconds;
            long start = System.nanoTime();
            List<CompletableFuture<Admission>> window = new ArrayList<>();
            for (int i = 0; i < readings; i++) {
                long due = start + (long) (1e9 * i / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                append(store, reading(i, durable), i, window);
            }
            store.reject(PLANT, "last").join();
            double groups = store.status().get(0).measure("rowsPerCommit");
            store.close();
            OUT.printf(
                    Locale.ROOT,
                    "flash: %5d %s readings/s, commitInterval %3d ms: %7.3f GB per million readings (%.1f writes a commit)%n",
                    perSecond,
                    durable ? "durable" : "volatile",
                    interval.toMillis(),
                    (written() - before) / 1e9 * 1e6 / readings,
                    groups);
        }
    }

    private static void append(
            SqliteStore store, Arrival reading, int number, List<CompletableFuture<Admission>> window) {
        window.add(store.append(reading));
        if (window.size() == WINDOW) {
            List<CompletableFuture<Admission>> full = List.copyOf(window);
            window.clear();
            var unused = full.get(WINDOW - 1).thenAccept(last -> {
                List<Long> entries =
                        full.stream().map(admission -> admission.join().entry()).toList();
                StageState state =
                        new StageState("window:w", "mote-" + number / WINDOW % ASSETS, "{\"closed\": " + number + "}");
                store.settle(new Settlement(Outcome.NORMAL, "", entries, entries, 0, List.of(state), List.of()));
            });
        }
    }

    private static Arrival reading(int number, boolean durable) {
        Identity identity = Identity.of(PLANT, "id" + number);
        if (!durable) {
            return Arrival.ofVolatile(PLANT, identity, Instant.EPOCH);
        }
        byte[] payload =
                String.format(Locale.ROOT, "%-" + PAYLOAD + "d", number).getBytes(UTF_8);
        return new Arrival(PLANT, identity, payload, Instant.EPOCH);
    }

    private double rate(Optional<Path> key) throws Exception {
        try (SqliteStore store = store(new StoreConfig(fresh(), 0, Duration.ZERO, key))) {
            List<CompletableFuture<Admission>> window = new ArrayList<>();
            long start = System.nanoTime();
            for (int i = 0; i < RATED; i++) {
                append(store, reading(i, true), i, window);
            }
            store.reject(PLANT, "last").join();
            return RATED * 1e9 / (System.nanoTime() - start);
        }
    }

    private void seal() throws Exception {
        AesGcmSeal seal = new AesGcmSeal(KeyFile.read(key()), false);
        byte[] value = reading(1, true).payload();
        byte[] sealed = seal.seal(Seal.row("journal", 1), value);
        int times = 200_000;
        for (int round = 0; round < 3; round++) {
            long start = cpu();
            for (int i = 0; i < times; i++) {
                sealed = seal.seal(Seal.row("journal", 1), value);
            }
            long between = cpu();
            for (int i = 0; i < times; i++) {
                value = seal.open(Seal.row("journal", 1), sealed);
            }
            OUT.printf(
                    Locale.ROOT,
                    "seal: round %d: %.2f us to seal, %.2f us to open %d bytes%n",
                    round,
                    (between - start) / 1e3 / times,
                    (cpu() - between) / 1e3 / times,
                    value.length);
        }
    }

    /** Nanoseconds that this thread has computed: what else the machine does is not in it. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void check() throws Exception {
        Path fresh = fresh();
        try (SqliteStore store = store(StoreConfig.in(fresh))) {
            for (int i = 0; i < CHECKED; i++) {
                var unused = store.append(reading(i, true));
            }
        }
        Path file = fresh.resolve("qanat.db");
        double megabytes = Files.size(file) / 1e6;
        for (String check : new String[] {"quick_check", "integrity_check", "quick_check", "integrity_check"}) {
            try (Connection connection = Schema.openForReading(file);
                    Statement statement = connection.createStatement()) {
                long start = cpu();
                statement.execute("PRAGMA " + check + "(1)");
                OUT.printf(
                        Locale.ROOT,
                        "check: %s of %.0f MB in the page cache: %.2f ms per MB%n",
                        check,
                        megabytes,
                        (cpu() - start) / 1e6 / megabytes);
            }
        }
    }

    /** Of the file that {@link #check} has left. */
    private void backup() throws Exception {
        Path target = directory.resolve("backup.db");
        Files.deleteIfExists(target);
        try (SqliteStore store = store(StoreConfig.in(directory.resolve("store")))) {
            long start = System.nanoTime();
            store.backup(target);
            double seconds = (System.nanoTime() - start) / 1e9;
            OUT.printf(Locale.ROOT, "backup: %.0f MB in %.1f s%n", Files.size(target) / 1e6, seconds);
        }
        Files.delete(target);
    }

    private static SqliteStore store(StoreConfig config) throws IOException {
        return new SqliteStore(config, Clock.systemUTC());
    }

    private Path fresh() throws IOException {
        Path fresh = directory.resolve("store");
        if (Files.exists(fresh)) {
            delete(fresh);
        }
        return fresh;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path key() throws IOException {
        Path key = directory.resolve("key");
        if (!Files.exists(key)) {
            // A file of this kind is for its owner alone.
            Files.move(Files.createTempFile(directory, "key", ""), key);
            Files.writeString(key, "0123456789abcdef".repeat(4));
        }
        return key;
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
