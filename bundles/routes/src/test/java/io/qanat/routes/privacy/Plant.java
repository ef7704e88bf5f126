package io.qanat.routes.privacy;

import com.sun.net.httpserver.HttpServer;
import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.ModelRef;
import io.qanat.api.Outcome;
import io.qanat.api.Reading;
import io.qanat.api.RouteException;
import io.qanat.api.Score;
import io.qanat.api.Settlement;
import io.qanat.api.Window;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.xml.in.ModelParser;

/**
 * A guarded context with sources of readings ({@code qanat-mqtt:}, whose messages the test makes), stages that answer with
 * fixed values, and a web server that keeps every byte it gets.
 */
final class Plant implements AutoCloseable {
    static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    final DefaultCamelContext context = new DefaultCamelContext();
    final PrivacyGuard guard;
    private final Map<String, Processor> sources = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final HttpServer server;

    /** @param policy in which {@code {{web}}} is the web server's host and port */
    Plant(Optional<Path> policy, Optional<Path> audit) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            synchronized (received) {
                received.writeBytes((exchange.getRequestMethod()
                                + exchange.getRequestURI()
                                + exchange.getRequestHeaders().entrySet())
                        .getBytes(StandardCharsets.UTF_8));
                received.writeBytes(exchange.getRequestBody().readAllBytes());
            }
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        context.getPropertiesComponent()
                .addInitialProperty("web", "localhost:" + server.getAddress().getPort());
        context.addComponent("qanat-mqtt", new Source());
        context.addComponent(
                "window",
                new Stage(body ->
                        new Window("mote", List.of("humidity"), new float[] {(float) Canary.HUMIDITY}, AT, AT, 0)));
        context.addComponent("onnx", new Stage(body -> new Score("mote", AT, AT, 6.5, 3, Map.of(), model())));
        context.addComponent("alarm", new Stage(body -> alarm()));
        guard = PrivacyGuard.install(context, policy, audit);
        context.start();
    }

    static Alarm alarm() {
        return new Alarm("hot/mote", "hot", "mote", Alarm.State.RAISED, AT, AT, AT, 6.5, 6.5, 3, Map.of(), model());
    }

    private static ModelRef model() {
        return new ModelRef("detector", "1.0.0", "fp32", "00");
    }

    /** Loads a text in which each quote is a single one. */
    void load(String name, String... lines) throws Exception {
        String text = String.join("\n", lines);
        List<RouteDefinition> routes = new ModelParser(new StringReader(text), "")
                .parseRoutesDefinition()
                .map(RoutesDefinition::getRoutes)
                .orElseThrow();
        PrivacyGuard.check(name, routes, context);
        context.addRouteDefinitions(routes);
    }

    /** What the check of a text says; fails when it finds nothing. */
    String refusal(String... lines) {
        try {
            load("test.xml", lines);
        } catch (RouteException e) {
            return String.valueOf(e.getMessage());
        } catch (Exception e) {
            throw new AssertionError("expected to be refused by the check", e);
        }
        throw new AssertionError("nothing was refused");
    }

    /** Sends a reading with the canaries through the route that begins with a source; gives how it ended. */
    Journey reading(String source) throws Exception {
        Reading reading = new Reading(
                1,
                source,
                "mote",
                AT,
                AT,
                0,
                List.of(
                        new Measurement("humidity", Canary.HUMIDITY, ""),
                        new Measurement("temperature", Canary.TEMPERATURE, "")));
        Journey journey = new Journey(reading, false);
        Exchange exchange = context.getEndpoint("qanat-mqtt:" + source).createExchange();
        exchange.setProperty(Journey.PROPERTY, journey);
        exchange.getMessage().setBody(reading);
        exchange.getMessage().setHeader("QanatAsset", "mote");
        exchange.getMessage().setHeader("QanatMqttUserProperties", "humidity " + Canary.HUMIDITY);
        Processor route = sources.get(source);
        if (route == null) {
            throw new IllegalStateException("no route begins with qanat-mqtt:" + source);
        }
        ((AsyncProcessor) route).process(exchange);
        outcome = exchange.getException() == null ? journey.settlement() : journey.failure();
        return journey;
    }

    private Optional<Settlement> outcome = Optional.empty();

    Outcome outcome() {
        return outcome.orElseThrow().outcome();
    }

    String reason() {
        return outcome.orElseThrow().reason();
    }

    byte[] received() {
        synchronized (received) {
            return received.toByteArray();
        }
    }

    long figure(String name) {
        return guard.status().count(name);
    }

    @Override
    public void close() {
        context.stop();
        guard.close();
        server.stop(0);
    }

    private final class Source extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException("the source only receives");
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    return new DefaultConsumer(this, processor) {
                        @Override
                        protected void doStart() throws Exception {
                            super.doStart();
                            sources.put(remaining, getAsyncProcessor());
                        }
                    };
                }
            };
        }
    }

    private static final class Stage extends DefaultComponent {
        private final UnaryOperator<Object> answer;

        Stage(UnaryOperator<Object> answer) {
            this.answer = answer;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    return new DefaultProducer(this) {
                        @Override
                        public void process(Exchange exchange) {
                            exchange.getMessage()
                                    .setBody(answer.apply(exchange.getMessage().getBody()));
                        }
                    };
                }

                @Override
                public Consumer createConsumer(Processor processor) {
                    throw new UnsupportedOperationException("a stage is a step");
                }
            };
        }
    }
}
