package io.qanat.camel.plc4x;

import io.qanat.api.StageStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a device once per period and sends what it answered through the route: body a map from the names of the tags to
 * their values, header {@value #OBSERVED_AT} when they were read, by the gateway's clock. A device that cannot be read is
 * tried again after 1 s, then 2, 4, 8, 16 and 30 s; a poll that takes longer than the period leaves the next ones out.
 *
 * <p>Threads: polls and exchanges run on {@code qanat-plc4x-<route>}, one at a time, so that a route that cannot keep up
 * slows the polling down.
 */
class PolledConsumer extends DefaultConsumer {
    static final String OBSERVED_AT = "QanatObservedAt";
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(PolledConsumer.class);
    private static final long STOP_SECONDS = 10;

    private final PolledEndpoint endpoint;
    private final Duration period;
    private final Clock clock;
    private final AtomicLong polls = new AtomicLong();
    private final AtomicLong failedPolls = new AtomicLong();
    private final AtomicLong failedTags = new AtomicLong();
    private final AtomicLong failedExchanges = new AtomicLong();
    private volatile String state = "starting";
    private volatile String lastError = "";
    private @Nullable ScheduledExecutorService timer;
    private @Nullable Device device;

    PolledConsumer(PolledEndpoint endpoint, Processor processor, Duration period) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.period = period;
        this.clock = endpoint.getComponent().clock();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ScheduledExecutorService started = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadScheduledExecutor(this, "qanat-plc4x-" + getRouteId());
        Device asked = endpoint.device();
        timer = started;
        device = asked;
        started.execute(() -> poll(asked, started, FIRST_RETRY));
        endpoint.getComponent().polls().started(this);
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().polls().stopped(this);
        ScheduledExecutorService running = timer;
        Device asked = device;
        timer = null;
        device = null;
        if (running != null && asked != null) {
            running.shutdownNow();
            if (running.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                asked.close();
            } else {
                LOG.warn("The polling of {} does not end; its thread is left behind.", endpoint.address());
            }
        }
        super.doStop();
    }

    /** @param retry how long to wait when the device cannot be read this time either */
    private void poll(Device asked, ScheduledExecutorService running, Duration retry) {
        long began = System.nanoTime();
        try {
            answered(asked.read());
            next(asked, running, rest(Duration.ofNanos(System.nanoTime() - began)), FIRST_RETRY);
        } catch (DeviceException e) {
            failedPolls.incrementAndGet();
            failing(String.valueOf(e.getMessage()));
            next(asked, running, longer(period, retry), shorter(retry.multipliedBy(2), LAST_RETRY));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | LinkageError e) {
            // The thread's boundary: what went wrong once may go well the next time.
            failedPolls.incrementAndGet();
            failing("the poll failed: " + e);
            next(asked, running, longer(period, retry), LAST_RETRY);
        }
    }

    /** Of the period that runs now, so that a slow poll is not made up for by quick ones. */
    private Duration rest(Duration took) {
        return Duration.ofNanos(period.toNanos() - took.toNanos() % period.toNanos());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void next(Device asked, ScheduledExecutorService running, Duration wait, Duration retry) {
        try {
            running.schedule(() -> poll(asked, running, retry), wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The polling of {} ended between two polls", endpoint.address(), e);
        }
    }

    private void answered(Sample sample) {
        polls.incrementAndGet();
        failedTags.addAndGet(sample.failures().size());
        if (sample.failures().isEmpty()) {
            well();
        } else {
            failing(String.join("; ", sample.failures().values()));
        }
        if (!sample.values().isEmpty()) {
            send(sample, clock.instant());
        }
    }

    private void send(Sample sample, Instant observedAt) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(sample.values());
        exchange.getMessage().setHeader(OBSERVED_AT, observedAt);
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        } finally {
            // What failed was told by the route's error handler.
            failedExchanges.addAndGet(exchange.getException() == null ? 0 : 1);
            releaseExchange(exchange, false);
        }
    }

    /** Told once, not for each poll. */
    private void failing(String problem) {
        if (!problem.equals(lastError) || !state.equals("failing")) {
            LOG.warn("The route {} gets no complete reading: {}. It is tried again.", getRouteId(), problem);
        }
        state = "failing";
        lastError = problem;
    }

    private void well() {
        if (!state.equals("reading")) {
            LOG.info("The route {} reads {}.", getRouteId(), endpoint.address());
        }
        state = "reading";
    }

    StageStatus status() {
        Map<String, Number> figures = Map.of(
                "polls", polls.get(),
                "failedPolls", failedPolls.get(),
                "failedTags", failedTags.get(),
                "failedExchanges", failedExchanges.get());
        Map<String, String> facts = new HashMap<>();
        facts.put("device", endpoint.address());
        facts.put("state", state);
        if (!lastError.isEmpty()) {
            facts.put("lastError", lastError);
        }
        return new StageStatus("plc4x:" + getRouteId(), figures, facts);
    }
}
