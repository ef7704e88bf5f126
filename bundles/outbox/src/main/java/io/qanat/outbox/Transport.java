package io.qanat.outbox;

import io.qanat.api.OutboxMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The way to an endpoint. */
@FunctionalInterface
public interface Transport {
    /**
     * Sends the messages, all together, and does not wait for the answer.
     *
     * @param historical whether all of them were stored while the endpoint was away; their payloads say so already
     * @return completes once the endpoint has acknowledged them; fails with a message that may be shown to anybody
     */
    CompletableFuture<Void> send(List<OutboxMessage> messages, boolean historical);
}
