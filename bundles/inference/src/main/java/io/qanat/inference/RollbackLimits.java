package io.qanat.inference;

/**
 * When a version that has just become active is no good and the one before it becomes active again. Each limit holds for
 * its first batches only.
 *
 * @param batches how many of its batches are watched, 0 to 1,000,000; 0: none, it is never rolled back by itself
 * @param failedRuns how many runs must fail, 0 to 1,000,000; 0: failed runs are no reason
 * @param notFinitePercent beyond which share of windows without a finite score, 0 to 100 percent, but at least 10 windows;
 *     100: they are no reason
 * @param timesSlower how many times as long as the fastest run of that size before more than half of at least 50 runs
 *     must take, 2 to 1,000, less is noise; 0: time is no reason
 */
record RollbackLimits(int batches, int failedRuns, int notFinitePercent, int timesSlower) {
    private static final int MOST = 1_000_000;
    private static final int MOST_TIMES = 1_000;

    static final RollbackLimits DEFAULT = new RollbackLimits(1_000, 3, 10, 8);

    RollbackLimits {
        require("rollbackBatches", batches, 0, MOST);
        require("rollbackFailedRuns", failedRuns, 0, MOST);
        require("rollbackNotFinitePercent", notFinitePercent, 0, 100);
        if (timesSlower != 0) {
            require("rollbackTimesSlower", timesSlower, 2, MOST_TIMES);
        }
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            String off = least > 0 ? "0 or " : "";
            throw new IllegalArgumentException(option + " is " + value + ": it must be " + off + least + " to " + most);
        }
    }
}
