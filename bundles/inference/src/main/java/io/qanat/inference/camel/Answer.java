package io.qanat.inference.camel;

import io.qanat.api.Journey;
import io.qanat.api.Score;
import io.qanat.inference.ScoreCallback;
import io.qanat.inference.ScoringException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Puts what the model said into the exchange and lets the exchange go on.
 *
 * <p>Threads: the batcher's or the submitter's, once.
 */
record Answer(Exchange exchange, AsyncCallback callback) implements ScoreCallback {
    @Override
    public void scored(Score score, boolean sync) {
        exchange.getMessage().setBody(score);
        callback.done(sync);
    }

    @Override
    public void failed(ScoringException failure, boolean sync) {
        Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
        if (journey != null && failure.reason().equals(ScoringException.NOT_FINITE)) {
            // The reading is bad, not the route: it is counted by its reason, and the error handler is not asked.
            journey.reject(failure.reason());
            exchange.setRouteStop(true);
        } else {
            exchange.setException(failure);
        }
        callback.done(sync);
    }
}
