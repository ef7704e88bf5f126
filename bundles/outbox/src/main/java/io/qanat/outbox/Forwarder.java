package io.qanat.outbox;

import io.github.resilience4j.core.IntervalFunction;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxQueue;
import io.qanat.api.StageStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is stored for one endpoint, oldest first, until the endpoint has acknowledged it.
 *
 * <pre>
 *            messages wait                    some failed
 *   idle ------------------> sending ----------------------> retrying
 *     ^                       |   ^                              |
 *     +-----------------------+   +------------------------------+
 *          nothing waits                  backoff is over
 * </pre>
 *
 * <p>A page of messages is under way at once; the next page follows when all of them are answered and what was
 * acknowledged is recorded, so none is sent again that did not fail.
 *
 * <p>Threads: its own, {@code qanat-outbox-<endpoint>}; {@link #status} any.
 */
final class Forwarder {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private final ForwarderConfig config;
    private final OutboxQueue queue;
    private final Transport transport;
    private final Predicate<Forwarder> turn;
    private final IntervalFunction waits;
    private final Thread thread;
    private final ForwarderFigures figures = new ForwarderFigures();
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch stopping = new CountDownLatch(1);
    /** Acknowledged by the endpoint and not yet recorded. */
    private final List<OutboxEntry> acknowledged = new ArrayList<>();
    /** Sequences that failed in the last page. */
    private final Set<Long> failed = new HashSet<>();

    private int attempt;
    private long failuresBefore;

    /** @param turn whether a forwarder may forward, and does not have to wait for an older one that still drains */
    Forwarder(ForwarderConfig config, OutboxQueue queue, Transport transport, Predicate<Forwarder> turn) {
        this.config = config;
        this.queue = queue;
        this.transport = transport;
        this.turn = turn;
        this.waits = config.waits();
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
        stopping.countDown();
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
            while (stopping.getCount() > 0) {
                step();
            }
        } catch (InterruptedException e) {
            LOG.warn(
                    "Forwarding to {} was ended while {} messages were under way: they are sent again at the next start",
                    config.endpoint(),
                    figures.inFlight());
        }
    }

    private void step() throws InterruptedException {
        wake.drainPermits();
        try {
            record();
            List<OutboxEntry> page = turn.test(this) ? queue.pending(config.endpoint(), config.inFlight()) : List.of();
            if (page.isEmpty()) {
                recovered();
                figures.state("idle");
                wake.acquire();
            } else {
                forward(page);
            }
        } catch (RuntimeException | ExecutionException e) {
            // The store refused. The thread must live: the disk may have room again later.
            attempt++;
            figures.failed();
            failing(message(e));
        }
    }

    private void forward(List<OutboxEntry> page) throws InterruptedException, ExecutionException {
        figures.state("sending");
        figures.retried(
                page.stream().filter(entry -> failed.contains(entry.sequence())).count());
        failed.clear();
        String error = await(page, page.stream().map(this::send).toList());
        attempt = acknowledged.isEmpty() ? attempt + 1 : 1;
        record();
        if (failed.isEmpty()) {
            recovered();
        } else {
            failing(error);
        }
    }

    private CompletableFuture<Void> send(OutboxEntry entry) {
        figures.sent();
        try {
            return transport.send(entry.message());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The last failure's message, empty when there was none. */
    private String await(List<OutboxEntry> page, List<CompletableFuture<Void>> answers) throws InterruptedException {
        String error = "";
        for (int i = 0; i < page.size(); i++) {
            try {
                answers.get(i).get();
                acknowledged.add(page.get(i));
            } catch (ExecutionException e) {
                failed.add(page.get(i).sequence());
                figures.failed();
                error = message(e);
            }
            figures.answered();
        }
        return error;
    }

    private void record() throws InterruptedException, ExecutionException {
        if (!acknowledged.isEmpty()) {
            queue.delivered(List.copyOf(acknowledged)).get();
            figures.delivered(acknowledged.size());
            acknowledged.clear();
        }
    }

    private void recovered() {
        if (figures.isFailing()) {
            LOG.info(
                    "Endpoint {} takes messages again, after {} failed tries",
                    config.endpoint(),
                    figures.failures() - failuresBefore);
        }
        figures.recovered();
        failuresBefore = figures.failures();
        attempt = 0;
    }

    private void failing(String error) throws InterruptedException {
        if (!figures.isFailing()) {
            LOG.warn(
                    "Messages for endpoint {} wait in the outbox and are tried again until it takes them: {}",
                    config.endpoint(),
                    error);
        }
        figures.failing(error);
        if (stopping.await(waits.apply(attempt), TimeUnit.MILLISECONDS)) {
            LOG.debug("Stopped while waiting to try {} again", config.endpoint());
        }
    }

    private static String message(Exception failure) {
        Throwable cause =
                failure instanceof ExecutionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    String endpoint() {
        return config.endpoint();
    }

    StageStatus status() {
        return figures.status("outbox:" + config.endpoint());
    }
}
