package io.qanat.mqtt;

import io.qanat.api.Arrival;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Reading;
import io.qanat.api.Settlement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a message to a settled journey.
 *
 * <pre>
 *  receive ---> journal ...commit...> [committed] ---> acknowledge ---> pipeline ---> settle
 *  Paho's thread          writer's thread        ingress thread          any thread
 * </pre>
 *
 * A message is acknowledged after its commit, in the order of arrival, and only when the pipeline has room for it: the
 * broker then stops at the receive maximum, and no thread of Paho ever waits. What is open in the journal at the start
 * goes through the pipeline first. When the journal refuses a message, the connection is given up: the broker sends it
 * again, also what it sent after it.
 *
 * <p>Threads: {@link #receive} from any, one at a time for each connection; one own thread, {@code qanat-mqtt-<source>}.
 */
public final class Ingress implements AutoCloseable {
    /** Reason for a message of QoS 0 that came while the pipeline was full: the broker cannot be asked to wait with it. */
    static final String OVERFLOW = "qos0-overflow";

    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final long DRAIN_SECONDS = 30;
    private static final Step STOP = new Step(Delivery.REPLAYED, null);

    private final String source;
    private final Journal journal;
    private final ReadingCodec codec;
    private final Pipeline pipeline;
    private final Clock clock;
    private final int capacity;
    private final Semaphore room;
    private final BlockingQueue<Step> committed = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder routeFailures = new LongAdder();
    private final LongAdder notJournalled = new LongAdder();
    private volatile boolean closed;

    /** @param capacity how many readings may be in the pipeline at once */
    public Ingress(String source, Journal journal, ReadingCodec codec, Pipeline pipeline, Clock clock, int capacity) {
        this.source = Objects.requireNonNull(source, "source");
        this.journal = journal;
        this.codec = codec;
        this.pipeline = pipeline;
        this.clock = clock;
        this.capacity = capacity;
        this.room = new Semaphore(capacity);
        this.thread = new Thread(this::run, "qanat-mqtt-" + source);
    }

    /** What is to be done with a message once it is committed: acknowledge it, and process its reading, if it has one. */
    private record Step(Delivery delivery, @Nullable Admitted reading) {}

    /** What a journey is made of; it is made on the ingress thread, since the next commit waits for the writer's. */
    private record Admitted(long entry, Decoded.Accepted decoded, Instant receivedAt, long nanos) {}

    /** Takes up what the last run left open, then whatever arrives. */
    public void start() {
        List<JournalEntry> open = journal.open(source);
        if (!open.isEmpty()) {
            LOG.info("{}: {} readings were not finished, taking them up again", source, open.size());
        }
        open.forEach(this::replay);
        thread.start();
    }

    private void replay(JournalEntry entry) {
        Decoded decoded = codec.decode(entry.payload());
        if (decoded instanceof Decoded.Accepted reading) {
            Admitted admitted = new Admitted(entry.entry(), reading, entry.receivedAt(), System.nanoTime());
            committed.add(new Step(Delivery.REPLAYED, admitted));
        } else if (decoded instanceof Decoded.Refused refused) {
            // Only when the rules became stricter between two versions.
            List<Long> entries = List.of(entry.entry());
            settle(new Settlement(
                    Outcome.REJECTED, refused.refusal().reason(), entries, entries, 0, List.of(), List.of()));
        }
    }

    /** Called for each message of a connection, on its thread. */
    void receive(Delivery delivery, byte[] payload) {
        if (!delivery.atLeastOnce() && committed.size() >= capacity) {
            reject(delivery, OVERFLOW);
            return;
        }
        long nanos = System.nanoTime();
        Decoded decoded = codec.decode(payload);
        if (decoded instanceof Decoded.Accepted reading) {
            Instant receivedAt = clock.instant();
            journal.append(new Arrival(source, reading.identity(), payload, receivedAt))
                    .whenComplete((admission, failure) -> committed(
                            delivery,
                            admission == null || admission.redelivered()
                                    ? null
                                    : new Admitted(admission.entry(), reading, receivedAt, nanos),
                            failure));
        } else if (decoded instanceof Decoded.Refused refused) {
            reject(delivery, refused.refusal().reason());
        }
    }

    private void reject(Delivery delivery, String reason) {
        journal.reject(source, reason).whenComplete((nothing, failure) -> committed(delivery, null, failure));
    }

    /** On the writer's thread: only hands over. A message that could not be journalled is not acknowledged. */
    private void committed(Delivery delivery, @Nullable Admitted reading, @Nullable Throwable failure) {
        if (failure == null) {
            committed.add(new Step(delivery, reading));
        } else if (!closed) {
            notJournalled.increment();
            delivery.refuse(String.valueOf(failure.getMessage()));
        }
    }

    private Journey journey(Admitted admitted, boolean replayed) {
        Decoded.Accepted decoded = admitted.decoded();
        Reading reading = new Reading(
                admitted.entry(),
                source,
                decoded.asset(),
                decoded.observedAt(),
                admitted.receivedAt(),
                admitted.nanos(),
                decoded.measurements());
        return new Journey(reading, replayed);
    }

    private void run() {
        try {
            Step step = committed.take();
            while (step != STOP) {
                take(step);
                step = committed.take();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted, what is committed stays in the journal", source);
        }
    }

    private void take(Step step) throws InterruptedException {
        if (closed) {
            return; // it stays with the broker, or in the journal
        }
        Admitted reading = step.reading();
        if (reading != null) {
            room.acquire();
        }
        boolean replayed = step.delivery() == Delivery.REPLAYED;
        if (!replayed) {
            (step.delivery().acknowledge() ? acknowledged : stale).increment();
        }
        if (reading != null) {
            process(journey(reading, replayed), step.delivery());
        }
    }

    private void process(Journey journey, Delivery delivery) {
        AtomicBoolean done = new AtomicBoolean();
        Consumer<@Nullable Throwable> once = failure -> {
            if (!done.getAndSet(true)) {
                finished(journey, failure);
            }
        };
        try {
            pipeline.process(journey, delivery, once);
        } catch (RuntimeException e) {
            // This thread serves every message of the source: a route that throws must not end it.
            once.accept(e);
        }
    }

    private void finished(Journey journey, @Nullable Throwable failure) {
        if (failure != null) {
            failed(failure);
        }
        (failure == null ? journey.settlement() : journey.failure()).ifPresent(this::settle);
        room.release();
    }

    private void failed(Throwable failure) {
        routeFailures.increment();
        if (routeFailures.sum() == 1) {
            LOG.warn("{}: the route failed; its readings are counted {}", source, Journey.ROUTE_FAILURE, failure);
        }
    }

    private void settle(Settlement settlement) {
        journal.settle(settlement).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.error("{}: an outcome was not written, a restart repeats it: {}", source, failure.getMessage());
            }
        });
    }

    /** Counts for the stage's status. */
    Map<String, Number> figures() {
        return Map.of(
                "acknowledged", acknowledged.sum(),
                "staleAcknowledgements", stale.sum(),
                "routeFailures", routeFailures.sum(),
                "notJournalled", notJournalled.sum(),
                "waiting", waiting(),
                "inFlight", inFlight());
    }

    /** Committed messages that wait for room in the pipeline. */
    public int waiting() {
        return committed.size();
    }

    /** Readings in the pipeline. */
    public int inFlight() {
        return capacity - room.availablePermits();
    }

    /** Waits until the pipeline is empty; what waits before it stays in the journal for the next start. */
    @Override
    public void close() {
        closed = true;
        committed.add(STOP);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(DRAIN_SECONDS));
            if (room.tryAcquire(capacity, DRAIN_SECONDS, TimeUnit.SECONDS)) {
                room.release(capacity);
            } else {
                LOG.warn("{}: {} readings did not leave the route, a restart repeats them", source, inFlight());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
