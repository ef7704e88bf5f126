package io.qanat.inference;

import java.time.Duration;

/**
 * How windows are joined to batches.
 *
 * @param maxBatch most windows in one run, 1 to {@value #LARGEST_BATCH}
 * @param maxDelay how long a window may wait for others while the batch is not full; zero takes what is there
 * @param queue most windows that wait; who submits more waits too
 */
public record BatchOptions(int maxBatch, Duration maxDelay, int queue) {
    /** More gains nothing on a CPU and holds much memory. */
    public static final int LARGEST_BATCH = 1024;

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    public BatchOptions {
        if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
            throw new IllegalArgumentException("maxBatch is " + maxBatch + ": give 1 to " + LARGEST_BATCH);
        }
        if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "maxDelay is " + maxDelay.toMillis() + " ms: give 0 to " + LONGEST_DELAY.toMillis());
        }
        if (queue < maxBatch) {
            throw new IllegalArgumentException(
                    "queue is " + queue + ": it must hold one batch at least, so give " + maxBatch + " or more");
        }
    }

    @Override
    public String toString() {
        return "maxBatch=" + maxBatch + ", maxDelay=" + maxDelay.toMillis() + " ms, queue=" + queue;
    }
}
