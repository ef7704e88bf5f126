package io.qanat.inference;

import java.time.Duration;

/**
 * How windows are joined to batches.
 *
 * @param maxBatch most windows in one run, 1 to 4096
 * @param maxDelay how long the oldest window waits for a batch that is not full; zero: not at all
 * @param queue how many windows may wait, at least maxBatch; beyond that the submitter waits
 */
public record BatchOptions(int maxBatch, Duration maxDelay, int queue) {
    private static final int LARGEST_BATCH = 4096;
    private static final int LARGEST_QUEUE = 1_000_000;
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    /** As an endpoint without options has them. It stands behind the bounds that it is checked against. */
    public static final BatchOptions DEFAULT = new BatchOptions(32, Duration.ZERO, 1024);

    public BatchOptions {
        if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
            throw new IllegalArgumentException("maxBatch is " + maxBatch + ": it must be 1 to " + LARGEST_BATCH);
        }
        if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "maxDelay is " + maxDelay.toMillis() + " ms: it must be 0 to " + LONGEST_DELAY.toMillis() + " ms");
        }
        if (queue < maxBatch || queue > LARGEST_QUEUE) {
            throw new IllegalArgumentException(
                    "queue is " + queue + ": it must be maxBatch, here " + maxBatch + ", to " + LARGEST_QUEUE);
        }
    }

    /** As in an endpoint's URI. */
    @Override
    public String toString() {
        return "maxBatch=" + maxBatch + "&maxDelay=" + maxDelay.toMillis() + "&queue=" + queue;
    }
}
