package io.qanat.inference;

import io.qanat.api.Score;
import io.qanat.api.Window;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One window on its way through the batcher.
 *
 * <p>Threads: handed from the submitter to the worker through the queue, one at a time.
 */
final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);

    final Window window;

    /** {@link System#nanoTime()} at submission, where a delay is wanted. */
    final long submitted;

    /** Whether it counts towards the queue's bound. */
    boolean hasRoom;

    private final ScoreCallback callback;
    private @Nullable Score score;
    private @Nullable ScoringException failure;

    Request(Window window, ScoreCallback callback, long submitted) {
        this.window = window;
        this.callback = callback;
        this.submitted = submitted;
    }

    void score(Score value) {
        score = value;
    }

    void fail(ScoringException value) {
        score = null;
        failure = value;
    }

    /**
     * Tells the callback. What it throws is its own fault and must not end the worker.
     *
     * @param sync whether the submitter still waits for this
     */
    void complete(boolean sync) {
        try {
            if (score != null) {
                callback.scored(score, sync);
            } else if (failure != null) {
                callback.failed(failure, sync);
            }
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "What follows the score of {} failed after it was handed over; other windows go on",
                    window.asset(),
                    e);
        }
    }
}
