package io.qanat.mqtt;

import io.github.resilience4j.core.IntervalFunction;
import io.qanat.api.Delivery;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that comes back by itself.
 *
 * <pre>
 *            start            connected and subscribed
 *  (new) ----------> connecting ------------------> connected
 *                    ^   |  ^                           |
 *      after backoff |   |  |       lost, after backoff |
 *                    +---+  +---------------------------+      close, from any state: closed
 *                   failed
 * </pre>
 *
 * <p>Each attempt is a new {@link Session}.
 *
 * <p>Threads: public methods from any. Connecting, its retries and the end of a connection run on one thread named after
 * the client id; messages arrive on Paho's callback thread.
 */
public final class MqttConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final int QOS = 1;
    private static final long CLOSE_SECONDS = 5;
    /** A connection that held for so long was a good one: the next failure is a first one again. */
    private static final long PROVEN_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** So many connections in a row that did not hold, or did not come about, are no accident. */
    private static final int UNSTABLE_AFTER = 2;
    /** Exponential with jitter, so that many gateways do not return to a broker in the same instant. */
    private static final IntervalFunction BACKOFF =
            IntervalFunction.ofExponentialRandomBackoff(200L, 2.0, 0.5, 30_000L);

    private final MqttConfig config;
    private final List<String> filters;
    private final BiConsumer<Delivery, byte[]> receiver;
    private final Clock clock;
    private final ScheduledExecutorService scheduler;
    private final Faults faults;
    private final Probe probe;
    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong sessionsLost = new AtomicLong();
    private final AtomicLong watchdogReconnects = new AtomicLong();
    private volatile @Nullable Session connected;
    private volatile Instant since;
    private volatile Optional<MqttFault> lastFault = Optional.empty();
    private volatile long earlierMessages;
    private volatile long earlierBytes;
    private volatile long earlierResubscribes;
    private long connectedAt;
    private int failures;
    private int silences;

    private MqttConnection(
            MqttConfig config, List<String> filters, BiConsumer<Delivery, byte[]> receiver, Clock clock) {
        this.config = Objects.requireNonNull(config, "config");
        this.filters = List.copyOf(filters);
        this.receiver = receiver;
        this.clock = clock;
        this.since = clock.instant();
        this.faults = new Faults(config, clock);
        this.probe = new Probe(config.clientId());
        this.scheduler = Executors.newSingleThreadScheduledExecutor(
                task -> new Thread(task, "qanat-mqtt-connect-" + config.clientId()));
    }

    /** A connection that receives what matches a filter; {@code receiver} runs on Paho's callback thread. */
    static MqttConnection subscribing(
            MqttConfig config, List<String> filters, BiConsumer<Delivery, byte[]> receiver, Clock clock) {
        return new MqttConnection(config, filters, receiver, clock);
    }

    /** A connection that only publishes. */
    public static MqttConnection publishing(MqttConfig config, Clock clock) {
        return new MqttConnection(config, List.of(), (delivery, payload) -> {}, clock);
    }

    /** Begins to connect and returns at once: a broker that is away is no reason to fail. */
    public void start() {
        scheduler.execute(this::connect);
    }

    public boolean isConnected() {
        Session session = connected;
        return session != null && session.isConnected();
    }

    /** Counts for the stage's status. */
    public Map<String, Number> figures() {
        Session session = connected;
        return Map.of(
                "attempts", attempts.get(),
                "connects", connects.get(),
                "reconnects", Math.max(0, connects.get() - 1),
                "sessionsLost", sessionsLost.get(),
                "watchdogReconnects", watchdogReconnects.get(),
                "resubscribes", earlierResubscribes + (session == null ? 0 : session.resubscribes()),
                "messages", earlierMessages + (session == null ? 0 : session.messages()),
                "bytes", earlierBytes + (session == null ? 0 : session.bytes()));
    }

    /** Texts for the stage's status: state, since when, and the last fault. */
    public Map<String, String> facts() {
        String state = isConnected() ? "connected" : scheduler.isShutdown() ? "closed" : "connecting";
        return Map.of(
                "connection", state,
                "since", since.toString(),
                "broker", config.brokerUrl(),
                "lastError", lastFault.map(fault -> fault.kind().text()).orElse("none"),
                "lastErrorText", lastFault.map(MqttFault::getMessage).orElse(""));
    }

    /**
     * Publishes with QoS 1. What exceeds the number of unacknowledged messages that the broker takes waits in memory, so
     * callers bound what they have in flight.
     *
     * @return completes when the broker has acknowledged; fails with {@link java.io.IOException} when it did not
     */
    public CompletableFuture<Void> publish(String topic, byte[] payload, String contentType) {
        Session session = connected;
        if (session == null) {
            return CompletableFuture.failedFuture(faults.notConnected(lastFault));
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(QOS);
        MqttProperties properties = new MqttProperties();
        properties.setContentType(contentType);
        message.setProperties(properties);
        return session.publish(topic, message);
    }

    private void connect() {
        attempts.incrementAndGet();
        Session attempt = null;
        try {
            attempt = new Session(config.withRoomFor(silences), faults, probe, new Reports());
            attempt.open(filters);
            established(attempt);
        } catch (MqttFault e) {
            failed(attempt, e);
        } catch (RuntimeException | Error e) {
            // The boundary of this thread: without another attempt the gateway would stay deaf, for example when file
            // descriptors were used up for a while and a class could not be loaded.
            failed(attempt, faults.connecting(e));
        }
    }

    private void failed(@Nullable Session attempt, MqttFault why) {
        if (attempt != null) {
            attempt.discard(why);
        }
        retry(why);
    }

    private void established(Session session) {
        connectedAt = System.nanoTime();
        since = clock.instant();
        connected = session;
        LOG.info("connected to {} as {}", config.brokerUrl(), config.clientId());
        watchLater(session);
        if (connects.getAndIncrement() > 0 && !session.resumed() && !filters.isEmpty()) {
            sessionsLost.incrementAndGet();
            LOG.warn(
                    "the broker {} has not kept the session of {}: what was published while it was away is lost there;"
                            + " subscribed anew",
                    config.brokerUrl(),
                    config.clientId());
        }
    }

    private void watchLater(Session session) {
        if (config.watchdogSeconds() > 0 && !filters.isEmpty()) {
            onOwnThread(() -> scheduler.schedule(() -> watch(session), config.watchdogSeconds(), TimeUnit.SECONDS));
        }
    }

    private void watch(Session session) {
        if (session != connected) {
            return;
        }
        try {
            session.check(filters);
            watchLater(session);
        } catch (MqttFault e) {
            if (session.isConnected()) {
                watchdogReconnects.incrementAndGet();
                silences++;
            }
            ended(session, e);
        }
    }

    /** Tells once about each kind of failure, then only tries. */
    private void retry(MqttFault fault) {
        boolean news = failures == 0
                || lastFault.map(last -> last.kind() != fault.kind()).orElse(true);
        failures++;
        lastFault = Optional.of(fault);
        if (scheduler.isShutdown()) {
            return;
        }
        if (news) {
            LOG.warn("{}; trying again", fault.getMessage());
        }
        onOwnThread(
                () -> scheduler.schedule(this::connect, BACKOFF.apply(Math.min(failures, 20)), TimeUnit.MILLISECONDS));
    }

    private void onOwnThread(Runnable scheduling) {
        try {
            scheduling.run();
        } catch (RejectedExecutionException e) {
            LOG.trace("closed in the meantime", e);
        }
    }

    private void ended(Session session, MqttFault why) {
        if (session != connected) {
            return; // an attempt that failed is already being retried
        }
        connected = null;
        since = clock.instant();
        earlierMessages += session.messages();
        earlierBytes += session.bytes();
        earlierResubscribes += session.resubscribes();
        session.discard(why);
        if (System.nanoTime() - connectedAt > PROVEN_NANOS) {
            failures = 0;
        }
        boolean unstable = why.kind() == MqttFault.Kind.LOST && failures >= UNSTABLE_AFTER;
        retry(unstable ? faults.unstable(why) : why);
    }

    /** Disconnects; the broker keeps the session and what is not acknowledged. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            if (!scheduler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("an attempt to connect to {} does not end", config.brokerUrl());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Session session = connected;
        connected = null;
        since = clock.instant();
        if (session != null) {
            session.close();
        }
    }

    private final class Reports implements Session.Events {
        @Override
        public void received(Delivery delivery, byte[] payload) {
            receiver.accept(delivery, payload);
        }

        @Override
        public void lost(Session session, MqttFault why) {
            onOwnThread(() -> scheduler.execute(() -> ended(session, why)));
        }
    }
}
