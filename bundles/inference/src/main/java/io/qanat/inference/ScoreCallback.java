package io.qanat.inference;

import io.qanat.api.Score;

/**
 * Takes what became of a window; exactly one method is called, once. The windows after it wait meanwhile, so be short.
 * It may submit again.
 */
public interface ScoreCallback {
    /** @param inline whether this is the thread that submitted, which has not returned from it yet */
    void scored(Score score, boolean inline);

    /** @param inline whether this is the thread that submitted, which has not returned from it yet */
    void failed(ScoringException failure, boolean inline);
}
