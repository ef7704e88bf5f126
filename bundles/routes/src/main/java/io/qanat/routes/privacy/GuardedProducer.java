package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.spi.RouteIdAware;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/** Sends what may be sent, and writes down what left the gateway. Threads: any. */
final class GuardedProducer extends DefaultAsyncProducer implements RouteIdAware {
    private final AsyncProducer delegate;
    private final EndpointClass known;
    private final PrivacyGuard guard;
    private String routeId = "";

    /** The states of one route's messages are few objects, which come again and again. */
    private volatile Step last;

    /** What becomes of a state here. */
    private record Step(State before, DataClass told, State after) {}

    GuardedProducer(Endpoint endpoint, AsyncProducer delegate, EndpointClass known, PrivacyGuard guard) {
        super(endpoint);
        this.delegate = delegate;
        this.known = known;
        this.guard = guard;
        this.last = step(State.UNKNOWN);
    }

    private Step step(State before) {
        return new Step(before, known.told(before), known.after(before));
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        State state = Carried.of(exchange);
        Step step = last;
        if (step.before != state) {
            step = step(state);
            last = step;
        }
        DataClass accepted = guard.accepted(known, getEndpoint(), exchange);
        if (step.told.isAbove(accepted)) {
            guard.block(exchange, getEndpoint().getEndpointUri(), step.told, accepted);
            callback.done(true);
            return true;
        }
        return send(exchange, callback, step);
    }

    private boolean send(Exchange exchange, AsyncCallback callback, Step step) {
        boolean same = step.after == step.before;
        if (same && !known.leaves()) {
            return delegate.process(exchange, callback);
        }
        Departure departure = known.leaves() ? departure(exchange, step.told) : null;
        return delegate.process(exchange, doneSync -> {
            if (!same) {
                Carried.set(exchange, exchange.getException() == null ? step.after : step.before.or(step.after));
            }
            if (departure != null) {
                guard.left(departure, exchange.getException());
            }
            callback.done(doneSync);
        });
    }

    private Departure departure(Exchange exchange, DataClass told) {
        return Departure.of(exchange, routeId, PrivacyGuard.sentTo(known, getEndpoint(), exchange), told);
    }

    @Override
    public boolean isSingleton() {
        return delegate.isSingleton();
    }

    @Override
    public String getRouteId() {
        return routeId;
    }

    @Override
    public void setRouteId(@Nullable String routeId) {
        // A step without a route of its own, such as a tap, has none.
        this.routeId = routeId == null ? "" : routeId;
        if (delegate instanceof RouteIdAware aware) {
            aware.setRouteId(this.routeId);
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(delegate);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(delegate);
        super.doStop();
    }

    @Override
    protected void doShutdown() throws Exception {
        ServiceHelper.stopAndShutdownService(delegate);
        super.doShutdown();
    }
}
