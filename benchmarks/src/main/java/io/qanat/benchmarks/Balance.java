package io.qanat.benchmarks;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import java.util.BitSet;

/** What must hold at the end: what was stored is delivered or counted dropped, and nothing else arrived. */
final class Balance {
    private final DeliveryLedger delivery;
    private final InputLedger input;

    Balance(Forwarding forwarding) {
        delivery = forwarding.ledger(Rows.CLOUD);
        input = forwarding.input();
    }

    /**
     * Compares and prints.
     *
     * @param enqueued how many alarms were stored
     * @param readings how many readings were journalled
     * @param expected the alarms that had to arrive
     * @throws IllegalStateException when something is missing or too much
     */
    void check(long enqueued, long readings, BitSet expected, Arrivals arrivals) {
        System.out.println("  delivery ledger: " + delivery);
        System.out.println("  input ledger: " + input);
        long kept = expected.cardinality();
        DeliveryLedger right = new DeliveryLedger(enqueued, kept, 0, enqueued - kept, 0, 0, delivery.reasons());
        require(delivery.equals(right), "the delivery ledger must be " + right);
        require(input.balanced() && input.received() == readings && input.open() == 0, "the input ledger is wrong");
        BitSet arrived = arrivals.ids();
        System.out.printf(
                "  ids: %,d expected, %,d arrived, %,d of them more than once%n",
                kept, arrived.cardinality(), arrivals.repeated());
        require(arrived.equals(expected), "the ids that arrived are not those that had to arrive");
        System.out.println("  both ledgers balance, nothing is lost");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
