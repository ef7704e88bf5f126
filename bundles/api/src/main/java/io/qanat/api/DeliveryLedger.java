package io.qanat.api;

import java.util.Map;

/**
 * Where every message for a cloud endpoint is. Each term is counted where it happens, none by subtraction.
 *
 * @param enqueued messages stored for the endpoint
 * @param delivered acknowledged by the endpoint
 * @param expired older than their time to live
 * @param dropped given up, because the outbox was full or a person purged it
 * @param parked set aside after too many tries or a refusal for good
 * @param pending stored and not acknowledged
 * @param reasons what of {@code expired}, {@code dropped} and {@code parked} happened why: count by term and reason, such
 *     as {@code dropped(full)}
 */
public record DeliveryLedger(
        long enqueued,
        long delivered,
        long expired,
        long dropped,
        long parked,
        long pending,
        Map<String, Long> reasons) {
    public DeliveryLedger {
        reasons = Map.copyOf(reasons);
    }

    /** A ledger in which nothing is told by reason. */
    public DeliveryLedger(long enqueued, long delivered, long expired, long dropped, long parked, long pending) {
        this(enqueued, delivered, expired, dropped, parked, pending, Map.of());
    }

    /** {@code enqueued = delivered + expired + dropped + parked + pending}. */
    public boolean balanced() {
        return enqueued == delivered + expired + dropped + parked + pending;
    }
}
