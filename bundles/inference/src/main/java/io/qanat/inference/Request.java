package io.qanat.inference;

import io.qanat.api.Score;
import io.qanat.api.Window;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Windows that are scored in one run, on their way through the batcher.
 *
 * <p>Threads: handed from one to the next, one at a time.
 */
final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);

    final List<Window> windows;
    final int priority;

    /** {@link System#nanoTime()} at submission. */
    final long submitted;

    /** {@link System#nanoTime()} from which it is not scored any more; {@link Long#MAX_VALUE}: never. */
    final long deadline;

    /** The one submitted before it, while both are in {@link RequestQueue}'s stack. */
    @Nullable
    Request before;

    private final ScoreCallback callback;
    private List<Score> scores = List.of();
    private @Nullable ScoringException failure;

    Request(List<Window> windows, int priority, long submitted, long deadline, ScoreCallback callback) {
        this.windows = windows;
        this.priority = priority;
        this.submitted = submitted;
        this.deadline = deadline;
        this.callback = callback;
    }

    int rows() {
        return windows.size();
    }

    boolean expired(long now) {
        return deadline != Long.MAX_VALUE && now - deadline >= 0;
    }

    boolean cancelled() {
        return callback.cancelled();
    }

    void score(List<Score> values) {
        scores = values;
    }

    List<Score> scores() {
        return scores;
    }

    void fail(ScoringException value) {
        failure = value;
    }

    boolean failed() {
        return failure != null;
    }

    Optional<ScoringException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Tells the callback. What it throws is its own fault and must not end the thread.
     *
     * @param sync whether the submitter still waits for this
     */
    void complete(boolean sync) {
        try {
            if (failed()) {
                callback.failed(Objects.requireNonNull(failure), sync);
            } else {
                callback.scored(scores, sync);
            }
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "What follows the score of {} failed after it was handed over; other windows go on",
                    windows.get(0).asset(),
                    e);
        }
    }
}
