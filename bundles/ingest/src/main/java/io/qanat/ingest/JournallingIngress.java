package io.qanat.ingest;

import io.qanat.api.Arrival;
import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.api.Pipeline;
import io.qanat.api.Reading;
import io.qanat.api.Receipt;
import io.qanat.api.Settlement;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
 *  sender's thread        writer's thread        ingress thread          any thread
 * </pre>
 *
 * A message is acknowledged after its commit, in the order of arrival, and only when the pipeline has room for it: the
 * sender of a connection then stops at its limit, and none of its threads ever waits. What is open in the journal at the start
 * goes through the pipeline first. When the journal refuses a message, its sender is told: it sends it
 * again, also what it sent after it.
 *
 * <p>Of a volatile source nothing is journalled: a message goes to the ingress thread at once, which acknowledges it as soon
 * as the pipeline has room, and has the journal count it.
 *
 * <p>Threads: {@link #receive} from any, one at a time for each connection; one own thread, {@code qanat-ingress-<source>}.
 */
final class JournallingIngress implements Ingress {
    /** Reason for a message of QoS 0 that came while the pipeline was full: the broker cannot be asked to wait with it. */
    static final String OVERFLOW = "qos0-overflow";

    private static final Logger LOG = LoggerFactory.getLogger(JournallingIngress.class);
    private static final long DRAIN_SECONDS = 30;
    private static final Step STOP = () -> {};

    private final String source;
    private final Journal journal;
    private final ReadingCodec codec;
    private final Clock clock;
    private final int capacity;
    private final boolean durable;
    private final Journeys journeys;
    private final BlockingQueue<Step> committed = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder notJournalled = new LongAdder();
    private volatile boolean closed;

    JournallingIngress(IngressConfig config, Journal journal, Pipeline pipeline, Clock clock) {
        this.source = config.source();
        this.journal = journal;
        this.codec = new ReadingCodec(source, config.maxPayload());
        this.clock = clock;
        this.capacity = config.maxInFlight();
        this.durable = config.durable();
        this.journeys = new Journeys(source, journal, pipeline, capacity);
        this.thread = new Thread(this::run, "qanat-ingress-" + source);
    }

    /** What is to be done with a message once it may be acknowledged; on the ingress thread. */
    private interface Step {
        void take() throws InterruptedException;
    }

    /** What a journey is made of; it is made on the ingress thread, since the next commit waits for the writer's. */
    private record Admitted(long entry, Decoded.Accepted decoded, Instant receivedAt, long nanos) {}

    @Override
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
            committed.add(() -> {
                journeys.takePlace();
                journeys.begin(journey(admitted, true), Delivery.REPLAYED);
            });
        } else if (decoded instanceof Decoded.Refused refused) {
            // Only when the rules became stricter between two versions.
            List<Long> entries = List.of(entry.entry());
            journeys.settle(new Settlement(
                    Outcome.REJECTED, refused.refusal().reason(), entries, entries, 0, List.of(), List.of()));
        }
    }

    @Override
    public void receive(Delivery delivery, byte[] payload) {
        if (!delivery.atLeastOnce() && committed.size() >= capacity) {
            overflow(delivery);
            return;
        }
        long nanos = System.nanoTime();
        Decoded decoded = codec.decode(payload);
        if (decoded instanceof Decoded.Refused refused) {
            reject(delivery, refused.refusal().reason());
        } else if (decoded instanceof Decoded.Accepted reading && durable) {
            journal(delivery, reading, payload, clock.instant(), nanos);
        } else if (decoded instanceof Decoded.Accepted reading) {
            Instant receivedAt = clock.instant();
            committed.add(() -> takeVolatile(delivery, reading, receivedAt, nanos));
        }
    }

    /** The journal answers on the writer's thread: there it is only handed over. */
    private void journal(Delivery delivery, Decoded.Accepted reading, byte[] payload, Instant receivedAt, long nanos) {
        journal.append(new Arrival(source, reading.identity(), payload, receivedAt, delivery.order()))
                .whenComplete((admission, failure) -> {
                    if (failure != null) {
                        refuse(delivery, failure);
                    } else if (admission.redelivered()) {
                        committed.add(() -> acknowledge(delivery, Receipt.REDELIVERED));
                    } else {
                        Admitted admitted = new Admitted(admission.entry(), reading, receivedAt, nanos);
                        committed.add(() -> take(delivery, admitted));
                    }
                });
    }

    /** Without a step for the ingress thread, which is held up: nobody waits for an answer. */
    private void overflow(Delivery delivery) {
        journal.reject(source, OVERFLOW).whenComplete((nothing, failure) -> {
            if (failure == null) {
                acknowledge(delivery, Receipt.rejected(OVERFLOW));
            } else {
                notJournalled.increment();
            }
        });
    }

    private void reject(Delivery delivery, String reason) {
        Receipt receipt = Receipt.rejected(reason);
        if (!durable) {
            committed.add(() -> rejectVolatile(delivery, receipt));
            return;
        }
        journal.reject(source, reason).whenComplete((nothing, failure) -> {
            if (failure == null) {
                committed.add(() -> acknowledge(delivery, receipt));
            } else {
                refuse(delivery, failure);
            }
        });
    }

    /** In its turn among the others, whose acknowledgements wait for no commit either. */
    private void rejectVolatile(Delivery delivery, Receipt receipt) {
        acknowledge(delivery, receipt);
        journal.reject(source, receipt.reason()).whenComplete((nothing, failure) -> {
            if (failure != null) {
                notJournalled.increment();
            }
        });
    }

    /** A message that could not be journalled is not acknowledged. */
    private void refuse(Delivery delivery, Throwable failure) {
        if (!closed) {
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
                if (!closed) { // else it stays with the broker, or in the journal
                    step.take();
                }
                step = committed.take();
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted, what is committed stays in the journal", source);
        }
    }

    private void take(Delivery delivery, Admitted reading) throws InterruptedException {
        journeys.takePlace();
        acknowledge(delivery, Receipt.ACCEPTED);
        journeys.begin(journey(reading, false), delivery);
    }

    private void takeVolatile(Delivery delivery, Decoded.Accepted reading, Instant receivedAt, long nanos)
            throws InterruptedException {
        journeys.takePlace();
        // The journal answers before append returns.
        journal.append(Arrival.ofVolatile(source, reading.identity(), receivedAt))
                .whenComplete((admission, failure) -> {
                    if (failure == null && !admission.redelivered()) {
                        acknowledge(delivery, Receipt.ACCEPTED);
                        Admitted admitted = new Admitted(admission.entry(), reading, receivedAt, nanos);
                        journeys.begin(journey(admitted, false), delivery);
                    } else {
                        journeys.givePlaceBack();
                        answerForNone(delivery, failure);
                    }
                });
    }

    private void answerForNone(Delivery delivery, @Nullable Throwable failure) {
        if (failure == null) {
            acknowledge(delivery, Receipt.REDELIVERED);
        } else {
            refuse(delivery, failure);
        }
    }

    private void acknowledge(Delivery delivery, Receipt receipt) {
        (delivery.acknowledge(receipt) ? acknowledged : stale).increment();
    }

    @Override
    public Map<String, Number> figures() {
        return Map.of(
                "acknowledged", acknowledged.sum(),
                "staleAcknowledgements", stale.sum(),
                "routeFailures", journeys.failures(),
                "notJournalled", notJournalled.sum(),
                "waiting", waiting(),
                "inFlight", inFlight());
    }

    @Override
    public int waiting() {
        return committed.size();
    }

    @Override
    public int inFlight() {
        return journeys.inFlight();
    }

    @Override
    public void close() {
        closed = true;
        committed.add(STOP);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(DRAIN_SECONDS));
            journeys.drain(DRAIN_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
