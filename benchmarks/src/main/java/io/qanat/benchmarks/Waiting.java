package io.qanat.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for something, and until a moment. */
final class Waiting {
    private Waiting() {}

    /** @throws IllegalStateException when it takes longer than {@code seconds} */
    static void until(String what, long seconds, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited " + seconds + " s in vain until " + what);
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** @param nanos of {@link System#nanoTime()} */
    static void until(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
