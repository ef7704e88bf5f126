package io.qanat.inference;

import io.qanat.api.Score;

/**
 * Hears what became of one window. Exactly one of the methods is called, once.
 *
 * <p>Threads: the submitting thread before {@link DynamicBatcher#submit} returns, or the batcher's. No lock is held, and
 * the callback may submit again; while it runs on the batcher's thread, no further batch is scored.
 */
public interface ScoreCallback {
    /** @param sync whether {@link DynamicBatcher#submit} has not returned yet */
    void scored(Score score, boolean sync);

    /** @param sync whether {@link DynamicBatcher#submit} has not returned yet */
    void failed(ScoringException failure, boolean sync);
}
