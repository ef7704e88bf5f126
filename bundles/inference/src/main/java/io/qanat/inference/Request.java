package io.qanat.inference;

import io.qanat.api.Score;
import io.qanat.api.Window;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A window that waits for its score. Threads: one at a time, handed over with the batcher's lock. */
final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);

    private final Window window;
    private final ScoreCallback callback;
    private final long submittedNanos;
    private @Nullable Score score;
    private @Nullable ScoringException failure;

    Request(Window window, ScoreCallback callback, long submittedNanos) {
        this.window = window;
        this.callback = callback;
        this.submittedNanos = submittedNanos;
    }

    Window window() {
        return window;
    }

    long submittedNanos() {
        return submittedNanos;
    }

    boolean failed() {
        return failure != null;
    }

    /** Takes its share of the session's last run, whose buffers are free afterwards. */
    void take(ModelSession session, int index) {
        double value = session.score(index);
        Map<String, Double> contributions = session.contributions(index);
        if (!Double.isFinite(value) || !contributions.values().stream().allMatch(Double::isFinite)) {
            fail(new NotFiniteScoreException(session.ref().name() + " "
                    + session.ref().version() + " scored " + value
                    + " " + contributions + " for the window of " + window.asset() + " that ends at " + window.to()
                    + ": it must be finite, check the readings and the model's training range"));
            return;
        }
        score = new Score(
                window.asset(), window.from(), window.to(), value, session.threshold(), contributions, session.ref());
    }

    void fail(ScoringException reason) {
        failure = reason;
    }

    /** Tells the callback; what it throws must not harm the others of the batch. */
    void complete(boolean inline) {
        try {
            if (score != null) {
                callback.scored(score, inline);
            } else if (failure != null) {
                callback.failed(failure, inline);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("what follows the score of {} failed; its route does not handle its errors", window.asset(), e);
        }
    }
}
