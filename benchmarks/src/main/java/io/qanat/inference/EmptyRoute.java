package io.qanat.inference;

import io.qanat.api.Window;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultExchange;

/** An exchange for each row, through a route whose one step does nothing. */
class EmptyRoute extends Level {
    private final DefaultCamelContext context;
    private final AsyncProcessor start;
    private final Runnable counted = this::completeOne;

    EmptyRoute(List<Window> windows) throws Exception {
        this(windows, 1, new DefaultCamelContext(), route -> route.process(exchange -> {}));
    }

    EmptyRoute(List<Window> windows, int instances, DefaultCamelContext context, Consumer<RouteDefinition> step)
            throws Exception {
        super(windows, instances);
        this.context = context;
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                step.accept(from("direct:windows"));
            }
        });
        context.start();
        AsyncProducer producer = context.getEndpoint("direct:windows").createAsyncProducer();
        producer.start();
        start = producer;
    }

    @Override
    String label() {
        return "empty route";
    }

    @Override
    void submit(Window window) {
        submit(window, counted);
    }

    @Override
    void submit(Window window, Runnable done) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(window);
        start.process(exchange, doneSync -> {
            if (exchange.getException() != null) {
                failOne();
            }
            done.run();
        });
    }

    @Override
    public void close() {
        context.stop();
    }
}
