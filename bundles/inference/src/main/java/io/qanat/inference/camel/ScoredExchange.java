package io.qanat.inference.camel;

import io.qanat.api.Journey;
import io.qanat.api.Score;
import io.qanat.inference.NotFiniteScoreException;
import io.qanat.inference.ScoreCallback;
import io.qanat.inference.ScoringException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exchange that goes on with the score of its window. */
final class ScoredExchange implements ScoreCallback {
    private static final Logger LOG = LoggerFactory.getLogger(ScoredExchange.class);

    private final Exchange exchange;
    private final AsyncCallback callback;

    ScoredExchange(Exchange exchange, AsyncCallback callback) {
        this.exchange = exchange;
        this.callback = callback;
    }

    @Override
    public void scored(Score score, boolean inline) {
        exchange.getMessage().setBody(score);
        callback.done(inline);
    }

    @Override
    public void failed(ScoringException failure, boolean inline) {
        @Nullable Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
        if (failure instanceof NotFiniteScoreException && journey != null) {
            reject(failure, journey);
        } else {
            exchange.setException(failure);
        }
        callback.done(inline);
    }

    /** No failure of the route, which would be tried again: the same window scores the same. */
    private void reject(ScoringException failure, Journey journey) {
        LOG.debug("{}", failure.getMessage());
        journey.reject(NotFiniteScoreException.REASON);
        exchange.setRouteStop(true);
    }
}
