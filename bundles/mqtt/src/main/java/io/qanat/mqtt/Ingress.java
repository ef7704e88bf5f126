package io.qanat.mqtt;

import io.qanat.api.Admission;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
 * goes through the pipeline first.
 *
 * <p>Threads: {@link #receive} from one thread; one own thread, {@code qanat-mqtt-<source>}.
 */
public final class Ingress implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final long DRAIN_SECONDS = 30;
    private static final Step STOP = new Step(Optional.empty(), () -> true);

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

    /** What is to be done with a message once it is committed: start its journey, if it has one, and acknowledge it. */
    private record Step(Optional<Journey> journey, Acknowledgement acknowledgement) {}

    @FunctionalInterface
    private interface Acknowledgement {
        boolean send();
    }

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
            committed.add(new Step(
                    Optional.of(new Journey(reading(entry.entry(), reading, entry.receivedAt()), true)), () -> true));
        } else if (decoded instanceof Decoded.Refused refused) {
            // Only when the rules became stricter between two versions.
            List<Long> entries = List.of(entry.entry());
            settle(new Settlement(
                    Outcome.REJECTED, refused.refusal().reason(), entries, entries, 0, List.of(), List.of()));
        }
    }

    /** Called for each message of a connection, on its thread. */
    void receive(Delivery delivery) {
        Instant receivedAt = clock.instant();
        byte[] payload = delivery.payload();
        Decoded decoded = codec.decode(payload);
        if (decoded instanceof Decoded.Accepted reading) {
            journal.append(new Arrival(source, reading.identity(), payload, receivedAt))
                    .whenComplete((admission, failure) -> admitted(delivery, reading, receivedAt, admission, failure));
        } else if (decoded instanceof Decoded.Refused refused) {
            journal.reject(source, refused.refusal().reason())
                    .whenComplete((nothing, failure) -> committed(delivery, Optional.empty(), failure));
        }
    }

    private void admitted(
            Delivery delivery,
            Decoded.Accepted decoded,
            Instant receivedAt,
            @Nullable Admission admission,
            @Nullable Throwable failure) {
        Optional<Journey> journey = admission == null || admission.redelivered()
                ? Optional.empty()
                : Optional.of(new Journey(reading(admission.entry(), decoded, receivedAt), false));
        committed(delivery, journey, failure);
    }

    /** On the writer's thread: only hands over. A message that could not be journalled is not acknowledged. */
    private void committed(Delivery delivery, Optional<Journey> journey, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.error("{}: a message was not journalled and stays with the broker: {}", source, failure.getMessage());
            return;
        }
        committed.add(new Step(journey, delivery::acknowledge));
    }

    private Reading reading(long entry, Decoded.Accepted decoded, Instant receivedAt) {
        return new Reading(
                entry,
                source,
                decoded.asset(),
                decoded.observedAt(),
                receivedAt,
                System.nanoTime(),
                decoded.measurements());
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
        if (step.journey().isPresent()) {
            room.acquire();
        }
        if (step.acknowledgement().send()) {
            acknowledged.increment();
        } else {
            stale.increment();
        }
        step.journey().ifPresent(journey -> pipeline.process(journey, failure -> finished(journey, failure)));
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

    /** Messages whose acknowledgement was sent. */
    public long acknowledged() {
        return acknowledged.sum();
    }

    /** Messages whose connection was gone before they could be acknowledged. */
    public long staleAcknowledgements() {
        return stale.sum();
    }

    /** Journeys that ended with an exception. */
    public long routeFailures() {
        return routeFailures.sum();
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
        committed.clear();
        committed.add(STOP);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(DRAIN_SECONDS));
            if (!room.tryAcquire(capacity, DRAIN_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: {} readings did not leave the route, a restart repeats them", source, inFlight());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
