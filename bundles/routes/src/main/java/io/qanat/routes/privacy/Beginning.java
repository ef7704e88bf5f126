package io.qanat.routes.privacy;

import io.qanat.api.Journey;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.apache.camel.util.ObjectHelper;

/**
 * Gives each message of a consumer the state with which it begins, and has its reading counted under the reason {@code
 * data-class} when it, or a copy of it, was blocked. Threads: any.
 */
final class Beginning extends DelegateAsyncProcessor {
    private final State state;

    Beginning(Processor route, State state) {
        super(route);
        this.state = state;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Carried.set(exchange, state);
        return super.process(exchange, doneSync -> {
            countBlocked(exchange);
            callback.done(doneSync);
        });
    }

    private static void countBlocked(Exchange exchange) {
        Throwable failure = exchange.getException();
        if (failure == null) {
            // An error handler may have taken care of it.
            failure = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        }
        if (failure != null && ObjectHelper.getException(DataClassException.class, failure) != null) {
            Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
            if (journey != null) {
                journey.reject(DataClassException.REASON);
            }
        }
    }
}
