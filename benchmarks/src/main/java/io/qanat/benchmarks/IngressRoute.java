package io.qanat.benchmarks;

import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.api.Reading;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.ingest.Ingresses;
import io.qanat.mqtt.camel.QanatMqttComponent;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A route from {@code qanat-mqtt:} whose only step shows each reading to a listener. A reading gets there once it is journalled
 * and acknowledged. As in the shipped route, where a window ends every four readings, one settlement frees four.
 *
 * <p>Threads: one; readings come on the ingress thread.
 */
final class IngressRoute implements AutoCloseable {
    private static final int STRIDE = 4;
    private static final long LIMIT_SECONDS = 30;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Consumer<Reading> listener;
    private final List<Long> window = new ArrayList<>();

    private IngressRoute(Consumer<Reading> listener) {
        this.listener = listener;
    }

    /**
     * Connects, and waits until it is subscribed.
     *
     * @param endpoint topics and options of {@code qanat-mqtt:} but for the broker's
     */
    static IngressRoute start(Journal journal, Broker broker, String endpoint, Consumer<Reading> listener)
            throws Exception {
        IngressRoute route = new IngressRoute(listener);
        QanatMqttComponent mqtt = new QanatMqttComponent(new Ingresses(journal, Clock.systemUTC()), Clock.systemUTC());
        route.context.addComponent("qanat-mqtt", mqtt);
        route.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("qanat-mqtt:" + endpoint + "&brokerUrl=" + broker.url() + "&username=" + broker.user()
                                + "&password=RAW(" + broker.password() + ")")
                        .process(route::step);
            }
        });
        route.context.start();
        Waiting.until("the ingress is connected", LIMIT_SECONDS, () -> mqtt.status().stream()
                .anyMatch(status -> "connected".equals(status.facts().get("connection"))));
        return route;
    }

    private void step(Exchange exchange) {
        Reading reading = exchange.getMessage().getBody(Reading.class);
        Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
        window.add(reading.entry());
        if (window.size() < STRIDE) {
            journey.hold();
        } else {
            journey.covers(window, window);
            window.clear();
        }
        // What an earlier run left in its window, and so in the journal, comes again first.
        if (!journey.replayed()) {
            listener.accept(reading);
        }
    }

    @Override
    public void close() {
        context.stop();
    }
}
