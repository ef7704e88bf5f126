package io.qanat.benchmarks;

import java.lang.management.ManagementFactory;

/**
 * The highest amount of memory in use on the heap, after a collection each time.
 *
 * <p>Threads: one.
 */
final class Heap {
    private long most;

    void look() {
        System.gc();
        most = Math.max(
                most, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    double mostMib() {
        return most / (double) (1 << 20);
    }
}
