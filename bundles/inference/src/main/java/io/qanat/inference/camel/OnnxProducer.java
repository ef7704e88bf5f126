package io.qanat.inference.camel;

import io.qanat.api.Window;
import io.qanat.inference.BatchOptions;
import io.qanat.inference.ModelUse;
import io.qanat.inference.Models;
import io.qanat.inference.ScoringException;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * One step of a route: a window in, a score out. Threads: any. What follows runs on the caller's thread when the model
 * was idle, otherwise on the model's.
 */
class OnnxProducer extends DefaultAsyncProducer {
    private final OnnxEndpoint endpoint;
    private final Models models;
    private volatile Optional<ModelUse> use = Optional.empty();

    OnnxProducer(OnnxEndpoint endpoint, Models models) {
        super(endpoint);
        this.endpoint = endpoint;
        this.models = models;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        use = Optional.of(models.open(endpoint.getModel(), options(), endpoint.getEndpointUri()));
    }

    private BatchOptions options() {
        try {
            return endpoint.options();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        Optional<ModelUse> ended = use;
        use = Optional.empty();
        ended.ifPresent(ModelUse::close);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            ModelUse running = use.orElseThrow(
                    () -> new IllegalStateException(name() + " is stopped: start its route before sending to it"));
            return running.submit(window(exchange), new ScoredExchange(exchange, callback));
        } catch (ScoringException | IllegalStateException | IllegalArgumentException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private Window window(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Window window) {
            return window;
        }
        String found = body == null ? "no body" : "a " + body.getClass().getSimpleName();
        throw new IllegalArgumentException(
                name() + " takes a Window and got " + found + ": put it behind a window: step");
    }

    private String name() {
        return "onnx:" + endpoint.getModel();
    }
}
