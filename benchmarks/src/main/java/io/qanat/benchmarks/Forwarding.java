package io.qanat.benchmarks;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.api.StageStatus;
import io.qanat.ingest.Ingresses;
import io.qanat.mqtt.camel.QanatMqttComponent;
import io.qanat.outbox.Forwarders;
import io.qanat.outbox.camel.OutboxComponent;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * A real store, and routes that forward from it.
 *
 * <p>Threads: one; the routes have their own.
 */
final class Forwarding implements AutoCloseable {
    private final SqliteStore store;
    private final Forwarders forwarders;
    private final DefaultCamelContext context = new DefaultCamelContext();

    Forwarding(Path directory, Clock clock) throws IOException {
        store = SqliteStore.open(directory, clock);
        forwarders = new Forwarders(store);
        context.addComponent("outbox", new OutboxComponent(forwarders));
        context.addComponent("qanat-mqtt", new QanatMqttComponent(new Ingresses(store, clock), clock));
        context.start();
    }

    /**
     * Forwards what is stored for the endpoint.
     *
     * @param options of {@code outbox:}, such as {@code inFlight=16}
     * @param target adds the steps that lead to the endpoint
     */
    void start(String endpoint, String options, Consumer<RouteDefinition> target) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                target.accept(from("outbox:" + endpoint + "?" + options));
            }
        });
    }

    SqliteStore store() {
        return store;
    }

    DeliveryLedger ledger(String endpoint) {
        return store.delivery().getOrDefault(endpoint, new DeliveryLedger(0, 0, 0, 0, 0, 0));
    }

    InputLedger input() {
        return store.input().getOrDefault(Rows.PLANT, new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    StageStatus status(String endpoint) {
        return forwarders.status().stream()
                .filter(status -> status.stage().equals("outbox:" + endpoint))
                .findFirst()
                .orElseThrow();
    }

    /** Of the store's file with its write-ahead log. */
    long fileBytes() {
        return store.status().get(0).count("fileBytes");
    }

    @Override
    public void close() throws IOException {
        context.stop();
        store.close();
    }
}
