package io.qanat.api;

import java.util.Objects;

/**
 * A stored message that its endpoint has not acknowledged yet.
 *
 * @param sequence position in the outbox, ascending
 * @param message what to send
 * @param state whether it is sent or set aside
 * @param tries how often the endpoint refused it while it took others
 * @param lastError what the last refusal said, empty when there was none; holds no secrets
 */
public record OutboxEntry(long sequence, OutboxMessage message, State state, int tries, String lastError) {

    /**
     * Where it is.
     *
     * <pre>
     * enqueued --> PENDING --- refused too often ---> PARKED_TRIES ----+
     *               |  ^  \-- refused for good ------> PARKED_REFUSED --+
     *               |  +---------------- retried by a person ----------+
     *               v
     *   gone: delivered, expired, dropped           (parked ones do not expire)
     * </pre>
     */
    public enum State {
        /** Waits for its turn, or for the endpoint's answer. */
        PENDING,
        /** Refused as often as the endpoint's route allows. */
        PARKED_TRIES,
        /** Refused with an answer that will always be the same. */
        PARKED_REFUSED
    }

    public OutboxEntry {
        Require.notNegative(sequence, "sequence");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(state, "state");
        Require.notNegative(tries, "tries");
        Objects.requireNonNull(lastError, "lastError");
    }

    /** An entry that was never refused. */
    public OutboxEntry(long sequence, OutboxMessage message) {
        this(sequence, message, State.PENDING, 0, "");
    }
}
