package io.qanat.inference.camel;

import io.qanat.api.Window;
import io.qanat.inference.DynamicBatcher;
import io.qanat.inference.Models;
import java.time.Duration;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a window by its score, or a list of windows by a list of scores. A window whose score is no finite number, or
 * that there was no time or room for, is rejected in its journey, and the route ends for it; without a journey the
 * exchange fails.
 *
 * <p>Threads: any; the exchange goes on where {@link DynamicBatcher} completes the window.
 */
final class OnnxProducer extends DefaultAsyncProducer {
    private final OnnxEndpoint endpoint;
    private final Models models;
    private final boolean guest;
    private final int priority;
    private final Duration timeout;
    private @Nullable volatile DynamicBatcher batcher;

    /** @param guest whether a model that already runs is taken as it runs */
    OnnxProducer(OnnxEndpoint endpoint, Models models, boolean guest) {
        super(endpoint);
        this.endpoint = endpoint;
        this.models = models;
        this.guest = guest;
        this.priority = endpoint.getPriority();
        this.timeout = Duration.ofMillis(endpoint.getTimeout());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        batcher = models.open(
                endpoint.getModel(),
                endpoint.batchOptions(),
                endpoint::placement,
                endpoint.getVariant(),
                endpoint.toString(),
                guest);
    }

    @Override
    protected void doStop() throws Exception {
        if (batcher != null) {
            batcher = null;
            models.release(endpoint.getModel());
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Object body = exchange.getMessage().getBody();
            boolean single = body instanceof Window;
            return running().submit(windows(body), priority(exchange), timeout, new Answer(exchange, callback, single));
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
            throw new IllegalStateException(endpoint + " is stopped: start its route");
        }
        return current;
    }

    private int priority(Exchange exchange) {
        Integer asked = exchange.getMessage().getHeader(OnnxEndpoint.PRIORITY, Integer.class);
        return asked == null ? priority : asked;
    }

    private List<Window> windows(@Nullable Object body) {
        if (body instanceof Window window) {
            return List.of(window);
        }
        if (body instanceof List<?> list && list.stream().allMatch(Window.class::isInstance)) {
            return list.stream().map(Window.class::cast).toList();
        }
        throw new IllegalArgumentException(endpoint + " got "
                + (body == null
                        ? "no body"
                        : "a body of type " + body.getClass().getName())
                + ": it takes a window or a list of windows and nothing else, put window: before it");
    }
}
