package io.qanat.inference;

import java.util.function.Consumer;

/**
 * Watches the first batches of a version that has just become active, and says so once when it errs: runs that fail,
 * scores that are no numbers, or runs that take many times as long as those of the version before.
 *
 * <p>Threads: any.
 */
final class Probation implements BatchObserver {
    /** A bad reading gives NaN in every version: a few are no sign. */
    private static final int FEWEST_NOT_FINITE = 10;

    private static final int FEWEST_COMPARED = 50;

    private final RollbackLimits limits;
    private final RunTimes before;
    private final Consumer<String> erred;
    private int batches;
    private int failedRuns;
    private long windows;
    private long notFinite;
    private int compared;
    private int slow;
    private volatile boolean over;

    /**
     * @param limits what is too much
     * @param before how long runs took until now
     * @param erred hears why the version is no good, at most once; must not wait
     */
    Probation(RollbackLimits limits, RunTimes before, Consumer<String> erred) {
        this.limits = limits;
        this.over = limits.batches() == 0;
        this.before = before;
        this.erred = erred;
    }

    @Override
    public void ran(Batch batch, long nanos) {
        // Long over most of the time: no lock then.
        String fault = over ? "" : judge(batch, nanos);
        if (!fault.isEmpty()) {
            erred.accept(fault);
        }
    }

    /** @return what is wrong, empty when nothing is */
    private synchronized String judge(Batch batch, long nanos) {
        if (over) {
            return "";
        }
        count(batch, nanos);
        String fault = fault();
        over = !fault.isEmpty() || batches >= limits.batches();
        return fault;
    }

    private void count(Batch batch, long nanos) {
        batches++;
        windows += batch.rows();
        if (nanos == 0) {
            failedRuns++;
            return;
        }
        for (Request request : batch.requests()) {
            boolean isNot = request.failure()
                    .filter(failure -> failure.reason().equals(ScoringException.NOT_FINITE))
                    .isPresent();
            notFinite += isNot ? request.rows() : 0;
        }
        long fastest = before.fastest(batch.rows());
        if (fastest > 0) {
            compared++;
            slow += nanos > limits.timesSlower() * fastest ? 1 : 0;
        }
    }

    private String fault() {
        if (limits.failedRuns() > 0 && failedRuns >= limits.failedRuns()) {
            return failedRuns + " of its first " + batches + " runs failed";
        }
        if (notFinite >= FEWEST_NOT_FINITE && 100 * notFinite > limits.notFinitePercent() * windows) {
            return notFinite + " of its first " + windows + " windows got a score that is no number";
        }
        if (limits.timesSlower() > 0 && compared >= FEWEST_COMPARED && slow > compared / 2) {
            return slow + " of its first " + compared + " runs took more than " + limits.timesSlower()
                    + " times as long as the fastest one of that size before";
        }
        return "";
    }
}
