package io.qanat.outbox;

import io.github.resilience4j.core.IntervalFunction;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import io.qanat.api.StageStatus;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is stored for one endpoint until the endpoint has acknowledged it. As soon as one message is answered the
 * next goes out; docs/outbox.md draws the states of a message and defines the order.
 *
 * <pre>
 *   store --- fill ---> under way --- acknowledged ---> recorder ---> store: delivered
 *     ^                   |   \
 *     |                   |    late: its place is given on, its answer still counts
 *     +--- retries <--- failed ---------------------------------------> store: parked
 * </pre>
 *
 * <p>Threads: its own, {@code qanat-outbox-<endpoint>}; {@link #status} any. Answers come on any thread and wait in a queue
 * for the own one.
 */
final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(1);

    private final ForwarderConfig config;
    private final OutboxQueue queue;
    private final Transport transport;
    private final Predicate<Forwarder> turn;
    private final Clock clock;
    private final IntervalFunction waits;
    private final Thread thread;
    private final EndpointHealth health;
    private final Recorder recorder;
    private final Dispatch dispatch;
    private final ForwarderFigures figures = new ForwarderFigures();
    private final Semaphore wake = new Semaphore(0);
    private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();
    private final Retries retries;
    private final Set<Parcel> underWay = new LinkedHashSet<>();
    /** Tries that took too long and are not answered. */
    private final Set<Parcel> abandoned = new HashSet<>();

    /** Sequences whose last refusal is being stored: what is parked must not be found as pending meanwhile. */
    private final Set<Long> beingKept = new HashSet<>();

    private volatile boolean stopping;
    private long taken;
    private int storeFailures;
    private long storeDue = System.nanoTime();
    private long expireDue = System.nanoTime();

    /** @param turn whether a forwarder may forward, and does not have to wait for an older one that still drains */
    Forwarder(ForwarderConfig config, OutboxQueue queue, Transport transport, Predicate<Forwarder> turn, Clock clock) {
        this.config = config;
        this.queue = queue;
        this.transport = transport;
        this.turn = turn;
        this.clock = clock;
        this.waits = config.waits();
        this.health = new EndpointHealth(config.endpoint(), waits, config.maxBackoff());
        this.recorder = new Recorder(queue, this::wake);
        this.retries = new Retries(waits, config.maxTries());
        this.dispatch = new Dispatch(config, queue, clock, health, retries);
        this.thread = new Thread(this::run, "qanat-outbox-" + config.endpoint());
    }

    void start() {
        thread.start();
    }

    /** There may be something to do. */
    void wake() {
        wake.release();
    }

    /** Lets what is under way finish and ends the thread. When the caller is interrupted it no longer waits for answers. */
    void stop() {
        stopping = true;
        wake.release();
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (OutboxQueue.Subscription subscription = queue.onEnqueued(config.endpoint(), this::wake)) {
            do {
                step();
                wake.tryAcquire(untilNextStep(), TimeUnit.NANOSECONDS);
                wake.drainPermits();
            } while (!stopping || isBusy());
        } catch (InterruptedException e) {
            LOG.warn(
                    "Forwarding to {} was ended while {} messages were under way: they are sent again at the next start",
                    config.endpoint(),
                    figures.inFlight());
        }
    }

    /** While it stops: whether answers are awaited, or were given and can still be recorded. */
    private boolean isBusy() {
        return !underWay.isEmpty() || !beingKept.isEmpty() || (!recorder.isEmpty() && storeFailures == 0);
    }

    private void step() {
        try {
            for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
                answer.run();
            }
            abandonLate();
            record();
            fill();
        } catch (RuntimeException | Error e) {
            // The boundary of this thread, which must live: the store refused and its disk may have room again later,
            // or
            // a class could not be loaded while file descriptors were used up.
            storeFailures++;
            storeDue = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waits.apply(storeFailures));
            figures.failed();
            failing(Failure.of(e, clock.instant()).error());
        }
        figures.state(state(), health.state());
    }

    private void record() {
        figures.delivered(recorder.finish());
        if (storeDue - System.nanoTime() <= 0) {
            recorder.start();
        }
    }

    private void fill() {
        if (stopping || storeDue - System.nanoTime() > 0 || !turn.test(this)) {
            return;
        }
        expire();
        if (isThereRoom()) {
            send(dispatch.next(underWay, unsettled()));
        }
        if (recorder.isEmpty()) {
            storeFailures = 0;
        }
        if (retries.isEmpty() && storeFailures == 0 && !health.isDoubtful()) {
            recovered();
        }
    }

    /** Acknowledged or refused, and the store does not know yet. */
    private Set<Long> unsettled() {
        Set<Long> unsettled = new HashSet<>(beingKept);
        recorder.addTo(unsettled);
        return unsettled;
    }

    private void recovered() {
        long failed = figures.recovered();
        if (failed > 0) {
            LOG.info("Endpoint {} takes messages again, after {} failed tries", config.endpoint(), failed);
        }
    }

    private void expire() {
        if (expireDue - System.nanoTime() <= 0) {
            expireDue = System.nanoTime() + LONGEST_WAIT;
            queue.expire(config.endpoint()).thenRun(this::wake);
        }
    }

    private boolean isThereRoom() {
        // A window's worth of tries without an answer: more would only pile up where they hang.
        boolean stuck = abandoned.size() >= config.inFlight();
        boolean testing = health.isDoubtful() && !underWay.isEmpty();
        return dispatch.places(underWay) > 0 && !stuck && !testing && !recorder.isFull() && health.untilTry() <= 0;
    }

    private void send(List<List<OutboxEntry>> parcels) {
        for (List<OutboxEntry> entries : parcels) {
            if (!health.mayTry()) {
                return;
            }
            Parcel parcel = new Parcel(entries, System.nanoTime(), taken);
            underWay.add(parcel);
            figures.sent(
                    entries.size(),
                    entries.stream().filter(dispatch::isTroubled).count());
            hand(entries).whenComplete((nothing, failure) -> {
                answers.add(() -> answered(parcel, failure));
                wake();
            });
        }
    }

    private CompletableFuture<Void> hand(List<OutboxEntry> entries) {
        List<OutboxMessage> messages = entries.stream().map(dispatch::marked).toList();
        boolean historical = entries.stream().allMatch(dispatch::isHistorical);
        try {
            return transport.send(messages, historical);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answered(Parcel parcel, @Nullable Throwable failure) {
        boolean late = abandoned.remove(parcel);
        if (underWay.remove(parcel)) {
            figures.answered(parcel.size());
        }
        if (failure == null) {
            acknowledged(parcel, late);
        } else if (!late) {
            failed(parcel, Failure.of(failure, clock.instant()));
        }
    }

    private void acknowledged(Parcel parcel, boolean late) {
        List<Long> sequences = parcel.sequences();
        taken += sequences.size();
        retries.remove(sequences);
        recorder.acknowledged(sequences);
        if (late) {
            figures.late(sequences.size());
        }
        // Other tries of the same messages, under way or given up, must not count again.
        underWay.forEach(other -> figures.answered(other.forget(sequences)));
        abandoned.forEach(other -> other.forget(sequences));
        if (!late) {
            boolean back = health.isDoubtful();
            health.succeeded();
            if (back) {
                retries.allDue(System.nanoTime());
            }
        }
    }

    private void abandonLate() {
        long now = System.nanoTime();
        List<Parcel> late = underWay.stream()
                .filter(parcel -> now - parcel.sentNanos() >= config.timeout().toNanos())
                .toList();
        for (Parcel parcel : late) {
            underWay.remove(parcel);
            abandoned.add(parcel);
            figures.answered(parcel.size());
            figures.timedOut();
            failed(parcel, Failure.timeout(config.timeout()));
        }
    }

    private void failed(Parcel parcel, Failure failure) {
        figures.failed();
        if (failure.retryAfter().isPresent()) {
            health.hold(failure.retryAfter().get());
        } else if (failure.forGood()) {
            // Whoever says no is there.
            health.succeeded();
        } else if (health.isDoubtful() || !parcel.sequences().stream().allMatch(retries::contains)) {
            health.failed(failure.error());
        } else {
            // One that failed before fails again: that tells of the message, not of the endpoint.
            health.saidNothing();
        }
        parcel.entries().forEach(entry -> failed(entry, parcel, failure));
        failing(failure.error());
    }

    private void failed(OutboxEntry entry, Parcel parcel, Failure failure) {
        OutboxEntry refused = retries.failed(entry, parcel, failure, taken);
        if (refused.state() != OutboxEntry.State.PENDING) {
            figures.parked();
            LOG.debug("Entry {} for {} is parked: {}", entry.sequence(), config.endpoint(), failure.error());
        }
        if (refused.state() != entry.state() || refused.tries() != entry.tries()) {
            keep(refused);
        }
    }

    private void keep(OutboxEntry refused) {
        beingKept.add(refused.sequence());
        queue.refused(refused).whenComplete((nothing, failure) -> {
            answers.add(() -> kept(refused, failure));
            wake();
        });
    }

    private void kept(OutboxEntry refused, @Nullable Throwable failure) {
        beingKept.remove(refused.sequence());
        if (failure != null) {
            LOG.warn(
                    "A refusal by {} was not stored, the message is tried again: {}",
                    config.endpoint(),
                    failure.getMessage());
        }
    }

    private void failing(String error) {
        if (figures.failing(error)) {
            LOG.warn(
                    "Messages for endpoint {} wait in the outbox and are tried again until it takes them: {}",
                    config.endpoint(),
                    error);
        }
    }

    private String state() {
        if (health.untilTry() > 0) {
            return "waiting";
        }
        if (!underWay.isEmpty()) {
            return "sending";
        }
        return retries.isEmpty() && storeFailures == 0 ? "idle" : "retrying";
    }

    private long untilNextStep() {
        long now = System.nanoTime();
        long wait = Math.min(LONGEST_WAIT, retries.untilDue(now));
        if (!underWay.isEmpty()) {
            long sent = underWay.iterator().next().sentNanos();
            wait = Math.min(wait, sent + config.timeout().toNanos() - now);
        }
        wait = Math.min(wait, dispatch.untilBatchDue(now));
        wait = health.untilTry() > 0 ? Math.min(wait, health.untilTry()) : wait;
        wait = storeDue - now > 0 ? Math.min(wait, storeDue - now) : wait;
        return Math.max(wait, SHORTEST_WAIT);
    }

    String endpoint() {
        return config.endpoint();
    }

    StageStatus status() {
        return figures.status("outbox:" + config.endpoint());
    }
}
