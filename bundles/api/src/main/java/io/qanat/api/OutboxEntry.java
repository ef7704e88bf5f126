package io.qanat.api;

import java.util.Objects;

/**
 * A stored message that its endpoint has not acknowledged yet.
 *
 * @param sequence position in the outbox, ascending
 * @param message what to send
 */
public record OutboxEntry(long sequence, OutboxMessage message) {
    public OutboxEntry {
        Require.notNegative(sequence, "sequence");
        Objects.requireNonNull(message, "message");
    }
}
