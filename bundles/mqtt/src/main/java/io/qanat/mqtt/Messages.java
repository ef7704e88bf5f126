package io.qanat.mqtt;

import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.Receipt;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages that are no readings, such as commands: each goes through the route by itself, in the order of arrival, and is
 * acknowledged when the route is done with it. The broker keeps it until then, so it is not journalled, and after a crash
 * comes again. One whose route fails is acknowledged and counted: it would fail again, and hold up those behind it.
 *
 * <p>Threads: {@link #receive} from any; one own thread, {@code qanat-mqtt-<source>}.
 */
public final class Messages implements Ingress {
    private static final Logger LOG = LoggerFactory.getLogger(Messages.class);
    private static final long DRAIN_SECONDS = 30;
    private static final Runnable STOP = () -> {};

    private final String source;
    private final Handler handler;
    private final int capacity;
    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closed;
    private volatile int inFlight;

    /** What is done with a message; on the thread of the messages. */
    @FunctionalInterface
    public interface Handler {
        /** @throws Exception which is counted; the message is not tried again */
        void handle(Delivery delivery, byte[] payload) throws Exception;
    }

    /** @param capacity how many messages of QoS 0 may wait; those of QoS 1 are bounded by the receive maximum */
    public Messages(String source, int capacity, Handler handler) {
        this.source = source;
        this.capacity = capacity;
        this.handler = handler;
        this.thread = new Thread(this::run, "qanat-mqtt-" + source);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void receive(Delivery delivery, byte[] payload) {
        if (!delivery.atLeastOnce() && waiting.size() >= capacity) {
            dropped.increment();
            return;
        }
        waiting.add(() -> handle(delivery, payload));
    }

    private void run() {
        try {
            for (Runnable message = waiting.take(); message != STOP; message = waiting.take()) {
                if (!closed) { // else it stays with the broker
                    message.run();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted, what waits stays with the broker", source);
        }
    }

    private void handle(Delivery delivery, byte[] payload) {
        inFlight = 1;
        try {
            handler.handle(delivery, payload);
        } catch (Exception e) {
            failures.increment();
            // Without the exception's text: it may quote the payload.
            LOG.warn(
                    "{}: a message failed in its route and is passed over: {}",
                    source,
                    e.getClass().getName());
        } finally {
            inFlight = 0;
        }
        (delivery.acknowledge(Receipt.ACCEPTED) ? acknowledged : stale).increment();
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int waiting() {
        return waiting.size();
    }

    @Override
    public Map<String, Number> figures() {
        return Map.of(
                "acknowledged", acknowledged.sum(),
                "staleAcknowledgements", stale.sum(),
                "routeFailures", failures.sum(),
                "qos0Overflow", dropped.sum(),
                "waiting", waiting(),
                "inFlight", inFlight());
    }

    /** Waits for the message that is under way. */
    @Override
    public void close() {
        closed = true;
        waiting.add(STOP);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(DRAIN_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
