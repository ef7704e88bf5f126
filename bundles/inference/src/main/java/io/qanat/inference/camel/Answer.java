package io.qanat.inference.camel;

import io.qanat.api.Journey;
import io.qanat.api.Score;
import io.qanat.inference.ScoreCallback;
import io.qanat.inference.ScoringException;
import java.util.List;
import java.util.Set;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * Puts what the model said into the exchange and lets the exchange go on.
 *
 * <p>Threads: one that delivers scores or the submitter's, once.
 *
 * @param single whether the body was a window and not a list
 */
record Answer(Exchange exchange, AsyncCallback callback, boolean single) implements ScoreCallback {
    /** The reading is bad or there is no time for it, and the route is as it should be. */
    private static final Set<String> NO_FAULT_OF_THE_ROUTE =
            Set.of(ScoringException.NOT_FINITE, ScoringException.TIMEOUT, ScoringException.QUEUE_FULL);

    @Override
    public void scored(List<Score> scores, boolean sync) {
        exchange.getMessage().setBody(single ? scores.get(0) : scores);
        callback.done(sync);
    }

    @Override
    public void failed(ScoringException failure, boolean sync) {
        Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
        if (journey != null && NO_FAULT_OF_THE_ROUTE.contains(failure.reason())) {
            // Counted by its reason, and the error handler is not asked.
            count(journey, failure.reason());
            exchange.setRouteStop(true);
        } else if (exchange.getException() == null) {
            exchange.setException(failure);
        }
        callback.done(sync);
    }

    private static void count(Journey journey, String reason) {
        if (reason.equals(ScoringException.TIMEOUT)) {
            journey.drop(reason);
        } else {
            journey.reject(reason);
        }
    }

    /** Somebody ended the exchange while it waited. */
    @Override
    public boolean cancelled() {
        return exchange.isRouteStop()
                || exchange.isFailed()
                || exchange.getExchangeExtension().isInterrupted();
    }
}
