package io.qanat.inference.camel;

import io.qanat.api.Window;
import io.qanat.inference.BatchOptions;
import io.qanat.inference.DynamicBatcher;
import io.qanat.inference.Models;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a window by its score. A window whose score is no finite number is rejected in its journey, and the route
 * ends for it; without a journey the exchange fails.
 *
 * <p>Threads: any; the exchange goes on where {@link DynamicBatcher} completes the window.
 */
final class OnnxProducer extends DefaultAsyncProducer {
    private final String model;
    private final Models models;
    private final BatchOptions options;
    private @Nullable volatile DynamicBatcher batcher;

    OnnxProducer(OnnxEndpoint endpoint, Models models, BatchOptions options) {
        super(endpoint);
        this.model = endpoint.getModel();
        this.models = models;
        this.options = options;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        batcher = models.open(model, options, getEndpoint().toString());
    }

    @Override
    protected void doStop() throws Exception {
        if (batcher != null) {
            batcher = null;
            models.release(model);
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            return running().submit(window(exchange), new Answer(exchange, callback));
        } catch (Exception | Error e) {
            // Camel never completes an exchange after an Error, and its reading would stay unsettled.
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private DynamicBatcher running() {
        DynamicBatcher current = batcher;
        if (current == null) {
            throw new IllegalStateException(getEndpoint() + " is stopped: start its route");
        }
        return current;
    }

    private Window window(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Window window) {
            return window;
        }
        throw new IllegalArgumentException(getEndpoint() + " got "
                + (body == null
                        ? "no body"
                        : "a body of type " + body.getClass().getName())
                + ": it takes a window and nothing else, put window: before it");
    }
}
