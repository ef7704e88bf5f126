package io.qanat.outbox.camel;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageStatus;
import io.qanat.outbox.Alarms;
import io.qanat.outbox.CloudEventCodec;
import io.qanat.outbox.Forwarders;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A real store with routes that forward from it. */
final class Outboxes implements AutoCloseable {
    private static final CloudEventCodec CODEC = new CloudEventCodec(URI.create("/qanat/test"));

    final SqliteStore store;
    private final Forwarders forwarders;
    private final DefaultCamelContext context = new DefaultCamelContext();

    Outboxes(Path directory) throws IOException {
        store = SqliteStore.open(directory, Clock.systemUTC());
        forwarders = new Forwarders(store);
        context.addComponent("outbox", new OutboxComponent(forwarders));
        context.start();
    }

    /** Forwards what is stored for the endpoint. */
    void forward(String endpoint, String options, String url) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("outbox:" + endpoint + "?backoff=5&maxBackoff=50&" + options)
                        .routeId(endpoint)
                        .to(url + (url.contains("?") ? "&" : "?") + "connectionsPerRoute=200&maxTotalConnections=400");
            }
        });
    }

    /** Forwards into a step of the test's own. */
    void forward(String endpoint, String options, Processor step) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("outbox:" + endpoint + "?" + options).routeId(endpoint).process(step);
            }
        });
    }

    void put(String endpoint, String... alarms) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (String alarm : alarms) {
            last = store.settle(settlement(endpoint, alarm, Priority.MEDIUM));
        }
        last.join();
    }

    void put(String endpoint, String alarm, Priority priority) {
        store.settle(settlement(endpoint, alarm, priority)).join();
    }

    void put(String endpoint, String alarm, Instant expiresAt) {
        store.settle(settlement(endpoint, alarm, Priority.MEDIUM, Optional.of(expiresAt)))
                .join();
    }

    static Settlement settlement(String endpoint, String alarm, Priority priority) {
        return settlement(endpoint, alarm, priority, Optional.empty());
    }

    private static Settlement settlement(
            String endpoint, String alarm, Priority priority, Optional<Instant> expiresAt) {
        byte[] event = CODEC.write(Alarms.raised(alarm, "mote-3"), OptionalInt.empty());
        OutboxMessage message = new OutboxMessage(
                endpoint,
                alarm + "/raised",
                "mote-3",
                CloudEventCodec.CONTENT_TYPE,
                event,
                Instant.now(),
                priority,
                expiresAt);
        return new Settlement(Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(), List.of(message));
    }

    DeliveryLedger ledger(String endpoint) {
        return store.delivery().getOrDefault(endpoint, new DeliveryLedger(0, 0, 0, 0, 0, 0));
    }

    StageStatus status(String endpoint) {
        return forwarders.status().stream()
                .filter(status -> status.stage().equals("outbox:" + endpoint))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        context.stop();
        store.close();
    }
}
