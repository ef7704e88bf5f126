package io.qanat.benchmarks;

import io.qanat.gateway.Folders;
import io.qanat.routes.privacy.PrivacyGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/**
 * What an exchange costs from a source of alarms through a step to an endpoint off the gateway: without the privacy guard,
 * with it, and with it and the audit log. Neither endpoint does anything, so that nothing else is measured.
 *
 * <p>Threads: one, and that of the audit log.
 */
final class GuardCost {
    private static final int EXCHANGES = 100_000;
    private static final byte[] ALARM = new byte[700];
    private static final int WARM_UPS = 3;

    private final int rounds;

    GuardCost(int rounds) {
        this.rounds = rounds;
    }

    void run() throws Exception {
        Path folder = Files.createTempDirectory("qanat-bench");
        try (Side bare = new Side(false, Optional.empty());
                Side guarded = new Side(true, Optional.empty());
                Side audited = new Side(true, Optional.of(folder))) {
            Map<String, List<Double>> measured = new Turns<Double>()
                    .with("without the guard, us", bare::micros)
                    .with("with the guard, us", guarded::micros)
                    .with("with the guard and the audit log, us", audited::micros)
                    .take(WARM_UPS, rounds);
            System.out.println("an exchange from outbox: through one step to http:, neither of which does anything:");
            measured.forEach((name, values) -> System.out.println("  " + new Series(name, values).line("%8.2f")));
        } finally {
            Folders.delete(folder);
        }
    }

    /** A context with one route. */
    private static final class Side implements AutoCloseable {
        private final DefaultCamelContext context = new DefaultCamelContext();
        private final Source source = new Source();
        private final @Nullable PrivacyGuard guard;

        Side(boolean guarded, Optional<Path> audit) throws Exception {
            context.addComponent("outbox", source);
            context.addComponent("http", new Sink());
            guard = guarded ? PrivacyGuard.install(context, Optional.empty(), audit) : null;
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("outbox:bench").setHeader("line", constant("7")).to("http:bench");
                }
            });
            context.start();
        }

        /** Microseconds for an exchange. */
        double micros() throws Exception {
            long begin = System.nanoTime();
            for (int i = 0; i < EXCHANGES; i++) {
                source.send();
            }
            return (System.nanoTime() - begin) / 1e3 / EXCHANGES;
        }

        @Override
        public void close() {
            context.stop();
            if (guard != null) {
                guard.close();
            }
        }
    }

    /** Begins an exchange when it is asked to. */
    private static final class Source extends DefaultComponent {
        private @Nullable DefaultConsumer consumer;

        void send() throws Exception {
            DefaultConsumer started = consumer;
            if (started == null) {
                throw new IllegalStateException("the route is not started");
            }
            Exchange exchange = started.createExchange(false);
            exchange.getMessage().setBody(ALARM);
            started.getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            started.releaseExchange(exchange, false);
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new Quiet(uri, this) {
                @Override
                public Consumer createConsumer(Processor processor) {
                    DefaultConsumer made = new DefaultConsumer(this, processor);
                    consumer = made;
                    return made;
                }
            };
        }
    }

    /** Takes what it is sent. */
    private static final class Sink extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new Quiet(uri, this);
        }
    }

    private static class Quiet extends DefaultEndpoint {
        Quiet(String uri, Component component) {
            super(uri, component);
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    // nothing: what surrounds it is measured
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("only sends");
        }
    }
}
