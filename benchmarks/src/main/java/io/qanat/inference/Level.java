package io.qanat.inference;

import com.sun.management.ThreadMXBean;
import io.qanat.api.Window;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** One way to have windows scored. Threads: one measures. */
abstract class Level implements AutoCloseable {
    /** Most windows in a run, where a measurement does not say otherwise. */
    static final int BATCH = 32;

    private static final int IN_FLIGHT = 512;
    private static final int GROUP = 64;

    final List<Window> windows;
    final int instances;
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private long submitted;

    Level(List<Window> windows, int instances) {
        this.windows = windows;
        this.instances = instances;
    }

    /**
     * What a saturated level took.
     *
     * @param nanosPerRow by the clock
     * @param busyPerRow processor time of the busiest thread: what the clock would show if nothing else ran
     * @param bytesPerRow allocated by all threads
     */
    record Measured(double nanosPerRow, double busyPerRow, double bytesPerRow) {}

    /** In a table. */
    abstract String label();

    /** Submits as fast as rows complete, from one thread. */
    Measured saturate(long nanos) throws Exception {
        long rows = 0;
        Map<Long, Long> busy = busy();
        long bytes = allocated();
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            for (int i = 0; i < GROUP; i++) {
                submit(windows.get(i % windows.size()));
            }
            rows += GROUP;
            submitted += GROUP;
            if (submitted - completed.get() > IN_FLIGHT - GROUP) {
                awaitAtMost(IN_FLIGHT / 2);
            }
        }
        awaitAtMost(0);
        long took = System.nanoTime() - start;
        long made = allocated() - bytes;
        requireNoFailure();
        return new Measured((double) took / rows, (double) busiest(busy) / rows, (double) made / rows);
    }

    /** Asleep for a moment at a time: a wake-up for each row would be the dearest part of it. */
    private void awaitAtMost(long inFlight) {
        while (submitted - completed.get() > inFlight) {
            LockSupport.parkNanos(20_000);
        }
    }

    private void requireNoFailure() {
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " windows of " + label() + " failed: the times say nothing");
        }
    }

    /** Windows without a score, until now. */
    final long failed() {
        return failed.get();
    }

    /** One window of those that {@link #saturate} submitted is done. */
    final void completeOne() {
        completed.incrementAndGet();
    }

    /** A window got no score. */
    final void failOne() {
        failed.incrementAndGet();
    }

    /** One row, and waits for its score. */
    void one(int index) throws Exception {
        Semaphore arrived = new Semaphore(0);
        submit(windows.get(index % windows.size()), arrived::release);
        arrived.acquire();
        requireNoFailure();
    }

    /** Has a window scored; {@link #completeOne} when it is, or failed. */
    abstract void submit(Window window) throws Exception;

    /** @param done when it has its score or failed; a failure is counted first */
    abstract void submit(Window window, Runnable done) throws Exception;

    @Override
    public abstract void close() throws Exception;

    /** Bytes that all threads have allocated. */
    static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .sum();
    }

    static Map<Long, Long> busy() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<Long, Long> times = new HashMap<>();
        for (long id : threads.getAllThreadIds()) {
            times.put(id, threads.getThreadCpuTime(id));
        }
        return times;
    }

    static long busiest(Map<Long, Long> before) {
        return busy().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .max()
                .orElse(0);
    }
}
