package io.qanat.routes.dryrun;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.api.Reading;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/**
 * Stands where a route would receive: it gets the recording's readings, as an ingress gives them to the route.
 *
 * <p>Threads: {@link #feed} one at a time.
 */
final class Source extends DefaultConsumer {
    /** Header with the reading's asset, as ingresses set it. */
    private static final String ASSET = "QanatAsset";

    /** Header with which {@code onnx:} takes a window last. */
    private static final String PRIORITY = "QanatPriority";

    private static final int LOW = 3;

    private final OuterEndpoint endpoint;

    Source(OuterEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    /** Name in the ledger. */
    String name() {
        return endpoint.source();
    }

    /** For people. */
    String label() {
        return name().equals(endpoint.label()) ? name() : name() + " (" + endpoint.label() + ")";
    }

    boolean isClock() {
        return endpoint.isClock();
    }

    boolean takesReadings() {
        return endpoint.takesReadings();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.sources().add(this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.sources().remove(this);
        super.doStop();
    }

    /** Sends a reading through the route; waits while too many are under way. */
    void feed(RecordedReading recorded, Journal journal, Semaphore room) throws InterruptedException {
        room.acquire();
        if (takesReadings()) {
            Admission admission = journal.append(
                            new Arrival(name(), recorded.identity(name()), new byte[0], recorded.observedAt()))
                    .join();
            if (admission.redelivered()) {
                room.release();
            } else {
                begin(new Journey(reading(recorded, admission.entry()), false), journal, room);
            }
        } else {
            Exchange exchange = createExchange(false);
            exchange.getMessage().setBody(recorded.line());
            send(exchange, room, () -> {});
        }
    }

    private Reading reading(RecordedReading recorded, long entry) {
        return new Reading(
                entry,
                name(),
                recorded.asset(),
                recorded.observedAt(),
                recorded.observedAt(),
                System.nanoTime(),
                recorded.measurements());
    }

    private void begin(Journey journey, Journal journal, Semaphore room) {
        Exchange exchange = createExchange(false);
        exchange.setProperty(Journey.PROPERTY, journey);
        exchange.getMessage().setHeader(ASSET, journey.reading().asset());
        exchange.getMessage().setBody(journey.reading());
        send(exchange, room, () -> (exchange.getException() == null ? journey.settlement() : journey.failure())
                .ifPresent(journal::settle));
    }

    private void send(Exchange exchange, Semaphore room, Runnable done) {
        exchange.getMessage().setHeader(PRIORITY, LOW);
        getAsyncProcessor().process(exchange, doneSync -> {
            done.run();
            releaseExchange(exchange, false);
            room.release();
        });
    }
}
