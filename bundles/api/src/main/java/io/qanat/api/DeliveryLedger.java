package io.qanat.api;

/**
 * Where every message for a cloud endpoint is. Each term is counted where it happens, none by subtraction.
 *
 * @param enqueued messages stored for the endpoint
 * @param delivered acknowledged by the endpoint
 * @param expired older than their time to live
 * @param dropped given up because the outbox was full
 * @param parked set aside after too many tries
 * @param pending stored and not acknowledged
 */
public record DeliveryLedger(long enqueued, long delivered, long expired, long dropped, long parked, long pending) {
    /** {@code enqueued = delivered + expired + dropped + parked + pending}. */
    public boolean balanced() {
        return enqueued == delivered + expired + dropped + parked + pending;
    }
}
