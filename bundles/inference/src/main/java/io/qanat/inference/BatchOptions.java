package io.qanat.inference;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How windows are joined to batches. All endpoints of a model share them.
 *
 * @param maxBatch most windows in one run, 1 to 4096
 * @param maxDelay how long the oldest request waits for a batch of a preferred size; zero: not at all
 * @param preferredBatchSizes ascending, each 1 to maxBatch; empty: maxBatch alone
 * @param maxQueue how many windows may wait, maxBatch to 1,000,000
 * @param onFull what happens beyond that
 */
public record BatchOptions(
        int maxBatch, Duration maxDelay, List<Integer> preferredBatchSizes, int maxQueue, OnFull onFull) {
    private static final int LARGEST_BATCH = 4096;
    private static final int LARGEST_QUEUE = 1_000_000;
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    /** As an endpoint without options has them. It stands behind the bounds that it is checked against. */
    public static final BatchOptions DEFAULT = new BatchOptions(32, Duration.ZERO, 1024);

    /** What becomes of a request that the queue has no room for. */
    public enum OnFull {
        /** Its thread waits for room. A thread that delivers scores does not wait: it would wait for itself. */
        WAIT,
        /** It fails at once. */
        REJECT
    }

    public BatchOptions {
        preferredBatchSizes = preferredBatchSizes.stream().distinct().sorted().toList();
        if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
            throw new IllegalArgumentException("maxBatch is " + maxBatch + ": it must be 1 to " + LARGEST_BATCH);
        }
        if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException(
                    "maxDelay is " + maxDelay.toMillis() + " ms: it must be 0 to " + LONGEST_DELAY.toMillis() + " ms");
        }
        for (int size : preferredBatchSizes) {
            if (size < 1 || size > maxBatch) {
                throw new IllegalArgumentException("preferredBatchSizes has " + size
                        + ": each must be 1 to maxBatch, which is " + maxBatch + " here");
            }
        }
        if (maxQueue < maxBatch || maxQueue > LARGEST_QUEUE) {
            throw new IllegalArgumentException(
                    "maxQueue is " + maxQueue + ": it must be maxBatch, here " + maxBatch + ", to " + LARGEST_QUEUE);
        }
    }

    /** Without preferred sizes, and with {@link OnFull#WAIT}. */
    public BatchOptions(int maxBatch, Duration maxDelay, int maxQueue) {
        this(maxBatch, maxDelay, List.of(), maxQueue, OnFull.WAIT);
    }

    BatchOptions prefer(Integer... sizes) {
        return new BatchOptions(maxBatch, maxDelay, List.of(sizes), maxQueue, onFull);
    }

    BatchOptions onFull(OnFull wanted) {
        return new BatchOptions(maxBatch, maxDelay, preferredBatchSizes, maxQueue, wanted);
    }

    /** The same for a model that takes at most {@code windows} a run. */
    BatchOptions atMost(int windows) {
        int max = Math.min(maxBatch, windows);
        List<Integer> preferred =
                preferredBatchSizes.stream().filter(size -> size <= max).toList();
        return new BatchOptions(max, maxDelay, preferred, maxQueue, onFull);
    }

    /** The largest preferred size of which there are enough windows; 0 when there is none. */
    int preferred(int waiting) {
        if (waiting >= maxBatch && preferredBatchSizes.isEmpty()) {
            return maxBatch;
        }
        for (int i = preferredBatchSizes.size() - 1; i >= 0; i--) {
            if (preferredBatchSizes.get(i) <= waiting) {
                return preferredBatchSizes.get(i);
            }
        }
        return 0;
    }

    /** How many windows must wait for a batch of a preferred size. */
    int smallestPreferred() {
        return preferredBatchSizes.isEmpty() ? maxBatch : preferredBatchSizes.get(0);
    }

    /** As in an endpoint's URI. */
    @Override
    public String toString() {
        String preferred = preferredBatchSizes.isEmpty()
                ? ""
                : "&preferredBatchSizes="
                        + preferredBatchSizes.stream().map(String::valueOf).collect(Collectors.joining(","));
        String full = onFull == OnFull.WAIT ? "" : "&onFull=reject";
        return "maxBatch=" + maxBatch + "&maxDelay=" + maxDelay.toMillis() + preferred + "&maxQueue=" + maxQueue + full;
    }
}
