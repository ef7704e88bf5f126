package io.qanat.inference;

import java.util.Arrays;

/**
 * How long the fastest runs of one version took, by batch size: a run of 32 windows is compared with runs of 32 only. The
 * fastest, since a gateway that is busy with other things makes any run look slow.
 *
 * <p>Threads: any.
 */
final class RunTimes {
    private static final int CLASSES = 32;
    private static final int FEWEST_RUNS = 5;

    private final long[] runs = new long[CLASSES];
    private final long[] fastest = new long[CLASSES];

    RunTimes() {
        Arrays.fill(fastest, Long.MAX_VALUE);
    }

    synchronized void add(int windows, long nanos) {
        int index = sizeClass(windows);
        runs[index]++;
        fastest[index] = Math.min(fastest[index], nanos);
    }

    /** Nanoseconds of the fastest run of about so many windows; 0 when there were too few of them. */
    synchronized long fastest(int windows) {
        int index = sizeClass(windows);
        return runs[index] < FEWEST_RUNS ? 0 : fastest[index];
    }

    /** Sizes from a power of two up to the next one are alike. */
    private static int sizeClass(int windows) {
        return Integer.SIZE - 1 - Integer.numberOfLeadingZeros(windows);
    }
}
