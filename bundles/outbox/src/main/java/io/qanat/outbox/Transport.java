package io.qanat.outbox;

import io.qanat.api.OutboxMessage;
import java.util.concurrent.CompletableFuture;

/** The way to an endpoint. */
@FunctionalInterface
public interface Transport {
    /**
     * Sends the message.
     *
     * @return completes once the endpoint has acknowledged it; fails with a message that may be shown to anybody
     */
    CompletableFuture<Void> send(OutboxMessage message);
}
