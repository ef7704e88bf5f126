package io.qanat.inference;

import io.qanat.api.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects what the batcher says. */
class Answers implements ScoreCallback {
    final List<Score> scores = Collections.synchronizedList(new ArrayList<>());
    final List<ScoringException> failures = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void scored(List<Score> more, boolean sync) {
        scores.addAll(more);
    }

    @Override
    public void failed(ScoringException failure, boolean sync) {
        failures.add(failure);
    }
}
