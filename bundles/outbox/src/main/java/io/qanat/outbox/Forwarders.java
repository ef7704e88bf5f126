package io.qanat.outbox;

import io.qanat.api.OutboxQueue;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The forwarders that run. When routes are replaced, two of them may be there for one endpoint: the older one forwards
 * until it has drained and stopped, so that no message is sent by both.
 *
 * <p>Threads: any.
 */
public final class Forwarders implements StageStatusSource {
    private final OutboxQueue queue;
    private final Clock clock;
    private final List<Forwarder> running = new ArrayList<>();

    public Forwarders(OutboxQueue queue) {
        this(queue, Clock.systemUTC());
    }

    /** @param clock tells when messages expire */
    Forwarders(OutboxQueue queue, Clock clock) {
        this.queue = Objects.requireNonNull(queue, "queue");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Starts to forward what is stored.
     *
     * @return lets what is under way finish, and stops
     */
    public OutboxQueue.Subscription start(ForwarderConfig config, Transport transport) {
        Forwarder forwarder = new Forwarder(config, queue, transport, this::isFirst, clock);
        synchronized (running) {
            running.add(forwarder);
        }
        forwarder.start();
        return () -> stop(forwarder);
    }

    /** Bounds what is stored for an endpoint, see {@link OutboxQueue#limit}. */
    public void limit(String endpoint, long bytes) {
        queue.limit(endpoint, bytes);
    }

    private boolean isFirst(Forwarder forwarder) {
        synchronized (running) {
            return running.stream()
                    .filter(other -> other.endpoint().equals(forwarder.endpoint()))
                    .findFirst()
                    .filter(first -> first == forwarder)
                    .isPresent();
        }
    }

    private void stop(Forwarder forwarder) {
        forwarder.stop();
        synchronized (running) {
            running.remove(forwarder);
            running.forEach(Forwarder::wake);
        }
    }

    @Override
    public List<StageStatus> status() {
        synchronized (running) {
            return running.stream().filter(this::isFirst).map(Forwarder::status).toList();
        }
    }
}
