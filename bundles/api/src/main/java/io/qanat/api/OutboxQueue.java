package io.qanat.api;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The stored messages that wait for their cloud endpoint. They get in through {@link Journal#settle}.
 *
 * <p>Threads: any.
 */
public interface OutboxQueue {
    /** The oldest messages that wait for the endpoint. */
    List<OutboxEntry> pending(String endpoint, int limit);

    /** The endpoint has acknowledged these: they are counted delivered and freed. */
    CompletableFuture<Void> delivered(Collection<OutboxEntry> entries);

    /**
     * Calls {@code listener} each time that messages for the endpoint became durable, on the writer's thread.
     *
     * @return ends the subscription
     */
    Subscription onEnqueued(String endpoint, Runnable listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
