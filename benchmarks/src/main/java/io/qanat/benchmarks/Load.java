package io.qanat.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes as fast as it can for a while.
 *
 * @param threads that write at once, each waiting for its write before the next one
 * @param seconds how long
 */
record Load(int threads, double seconds) {
    /** One write. */
    @FunctionalInterface
    interface Write {
        /** @return rows */
        int write() throws Exception;
    }

    /** @return rows per second */
    double rate(Write write) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> new Thread(task, "bench-load"));
        try {
            long begin = System.nanoTime();
            List<Future<Long>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(pool.submit(() -> until(begin + (long) (seconds * 1e9), write)));
            }
            long rows = 0;
            for (Future<Long> part : parts) {
                rows += part.get();
            }
            return rows / ((System.nanoTime() - begin) / 1e9);
        } finally {
            pool.shutdown();
        }
    }

    private static long until(long deadline, Write write) throws Exception {
        long rows = 0;
        while (System.nanoTime() - deadline < 0) {
            rows += write.write();
        }
        return rows;
    }
}
