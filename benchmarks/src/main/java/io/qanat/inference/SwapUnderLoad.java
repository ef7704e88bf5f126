package io.qanat.inference;

import io.qanat.api.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * A model that is replaced while it is saturated: what fails, and how long windows take that are submitted meanwhile,
 * beside those of a time without a swap.
 */
final class SwapUnderLoad {
    private static final int REPETITIONS = 5;
    private static final int SWAPS = 20;
    private static final int IN_FLIGHT = 512;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final Bench bench;
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final Histogram activations = new Histogram(3);
    private long windows;

    SwapUnderLoad(Bench bench) {
        this.bench = bench;
    }

    void run(Path temp) throws Exception {
        List<Path> versions =
                List.of(Packages.copy(temp.resolve("swap"), "1.0.0"), Packages.copy(temp.resolve("swap"), "1.0.1"));
        double[] quiet = new double[REPETITIONS];
        double[] swapping = new double[REPETITIONS];
        try (DirectLevel level = new DirectLevel(Subject.shipped(), 1)) {
            level.saturate(5 * bench.nanos());
            for (int i = 0; i < REPETITIONS; i++) {
                bench.progress("swaps under full load, round %d of %d", i + 1, REPETITIONS);
                quiet[i] = load(level, 10 * bench.nanos()).getValueAtPercentile(99);
                swapping[i] = whileSwapping(level, versions).getValueAtPercentile(99);
            }
            print(level.failed(), new Spread(quiet), new Spread(swapping));
        }
    }

    private Histogram whileSwapping(DirectLevel level, List<Path> versions) throws Exception {
        AtomicBoolean swapping = new AtomicBoolean(true);
        Thread swaps = new Thread(
                () -> {
                    try {
                        swap(level, versions);
                    } finally {
                        swapping.set(false);
                    }
                },
                "qanat-bench-swaps");
        swaps.start();
        Histogram latencies = new ConcurrentHistogram(1, LONGEST_NANOS, 3);
        while (swapping.get()) {
            submit(level, latencies);
        }
        awaitAll();
        return latencies;
    }

    private void swap(DirectLevel level, List<Path> versions) {
        try {
            for (int i = 0; i < SWAPS; i++) {
                long start = System.nanoTime();
                level.activate(versions.get((i + 1) % versions.size()));
                activations.recordValue(System.nanoTime() - start);
            }
        } catch (ModelException e) {
            // Counted as what it is: the run ends without a result.
            throw new IllegalStateException(e);
        }
    }

    private Histogram load(DirectLevel level, long nanos) throws Exception {
        Histogram latencies = new ConcurrentHistogram(1, LONGEST_NANOS, 3);
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            submit(level, latencies);
        }
        awaitAll();
        return latencies;
    }

    private void submit(DirectLevel level, Histogram latencies) throws Exception {
        room.acquire();
        long submitted = System.nanoTime();
        level.submit(level.windows.get((int) (windows++ % level.windows.size())), () -> {
            latencies.recordValue(Math.min(LONGEST_NANOS, System.nanoTime() - submitted));
            room.release();
        });
    }

    private void awaitAll() throws InterruptedException {
        room.acquire(IN_FLIGHT);
        room.release(IN_FLIGHT);
    }

    private void print(long failed, Spread quiet, Spread swapping) {
        bench.say("| windows | swaps | failed | an activation, ms | p99 without a swap, ms | p99 while swapping, ms |");
        bench.say(String.format(
                Locale.ROOT,
                "| %,d | %d | %d | p50 %.1f, most %.1f | %s | %s |",
                windows,
                activations.getTotalCount(),
                failed,
                activations.getValueAtPercentile(50) / 1e6,
                activations.getMaxValue() / 1e6,
                quiet.text(1e6),
                swapping.text(1e6)));
        if (failed > 0 || activations.getTotalCount() != (long) REPETITIONS * SWAPS) {
            throw new IllegalStateException(failed + " windows failed and " + activations.getTotalCount() + " of "
                    + REPETITIONS * SWAPS + " swaps were made: a swap is no gap only when none fails");
        }
    }
}
