package io.qanat.ingest;

import io.qanat.api.Delivery;
import io.qanat.api.Journal;
import io.qanat.api.Journey;
import io.qanat.api.Pipeline;
import io.qanat.api.Settlement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readings of one source that are in the pipeline, as many as it has room for; each is settled when it leaves.
 *
 * <p>Threads: any.
 */
final class Journeys {
    private static final Logger LOG = LoggerFactory.getLogger(Journeys.class);

    private final String source;
    private final Journal journal;
    private final Pipeline pipeline;
    private final int capacity;
    private final Semaphore room;
    private final LongAdder failures = new LongAdder();

    Journeys(String source, Journal journal, Pipeline pipeline, int capacity) {
        this.source = source;
        this.journal = journal;
        this.pipeline = pipeline;
        this.capacity = capacity;
        this.room = new Semaphore(capacity);
    }

    /** Takes a place in the pipeline; blocks while there is none. */
    void takePlace() throws InterruptedException {
        room.acquire();
    }

    /** Gives a place back in which nothing was begun. */
    void givePlaceBack() {
        room.release();
    }

    /** Sends the journey off in a place that was taken. */
    void begin(Journey journey, Delivery delivery) {
        AtomicBoolean done = new AtomicBoolean();
        Consumer<@Nullable Throwable> once = failure -> {
            if (!done.getAndSet(true)) {
                finished(journey, failure);
            }
        };
        try {
            pipeline.process(journey, delivery, once);
        } catch (RuntimeException e) {
            // The calling thread serves every message of the source: a route that throws must not end it.
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
        failures.increment();
        if (failures.sum() == 1) {
            LOG.warn("{}: the route failed; what fails is counted, and not told again: {}", source, told(failure));
            LOG.debug("{}: the failure in full, which may quote readings", source, failure);
        }
    }

    /** What others say of a failure may quote a reading, and logs are read elsewhere: only this product's own words are told. */
    private static String told(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        boolean own = trace.length > 0 && trace[0].getClassName().startsWith("io.qanat.");
        String where = trace.length > 0 ? " at " + trace[0] : "";
        return own ? failure.toString() : failure.getClass().getName() + where;
    }

    void settle(Settlement settlement) {
        journal.settle(settlement).whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.error("{}: an outcome was not written, a restart repeats it: {}", source, failure.getMessage());
            }
        });
    }

    /** Journeys whose route failed. */
    long failures() {
        return failures.sum();
    }

    /** Journeys that are in the pipeline. */
    int inFlight() {
        return capacity - room.availablePermits();
    }

    /** Waits until the pipeline is empty; says so when it does not get there in time. */
    void drain(long seconds) throws InterruptedException {
        if (room.tryAcquire(capacity, seconds, TimeUnit.SECONDS)) {
            room.release(capacity);
        } else {
            LOG.warn("{}: {} readings did not leave the route, a restart repeats them", source, inFlight());
        }
    }
}
