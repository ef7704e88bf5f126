package io.qanat.inference;

import io.qanat.api.Score;
import java.util.List;

/**
 * Hears what became of a request. Exactly one of {@link #scored} and {@link #failed} is called, once.
 *
 * <p>Threads: the submitting thread before {@link DynamicBatcher#submit} returns, or one that delivers scores. No lock is
 * held, and the callback may submit again; while it runs, no other request of the model is completed.
 */
public interface ScoreCallback {
    /**
     * @param scores of the request's windows, in their order
     * @param sync whether {@link DynamicBatcher#submit} has not returned yet
     */
    void scored(List<Score> scores, boolean sync);

    /** @param sync whether {@link DynamicBatcher#submit} has not returned yet */
    void failed(ScoringException failure, boolean sync);

    /**
     * Whether nobody waits for the scores any more. Asked when the request's turn comes: it then fails with
     * {@link ScoringException#CANCELLED} and takes no place in a batch.
     */
    default boolean cancelled() {
        return false;
    }
}
