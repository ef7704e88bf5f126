package io.qanat.store;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Takes messages in, and counts those that are lost.
 *
 * <p>Threads: the writer's.
 */
final class ArrivalWriter {
    private final IdentityTable identities;
    private final JournalTable journal;
    private final LedgerTable ledger;

    ArrivalWriter(IdentityTable identities, JournalTable journal, LedgerTable ledger) {
        this.identities = identities;
        this.journal = journal;
        this.ledger = ledger;
    }

    /** Takes a durable message in, unless its identity is known. */
    Admission admit(Arrival arrival) {
        OptionalLong entry = identities.admit(arrival.identity());
        Admission admission = new Admission(entry.orElse(0), entry.isEmpty());
        count(arrival, admission);
        return admission;
    }

    /** Takes in what was admitted already, or counts that it was known. */
    void count(Arrival arrival, Admission admission) {
        String source = arrival.source();
        if (admission.redelivered()) {
            ledger.add(source, Term.REDELIVERED, 1);
        } else {
            journal.insert(admission.entry(), arrival);
            ledger.add(source, Term.RECEIVED, 1);
            ledger.add(source, SettlementWriter.open(admission.entry()), 1);
        }
    }

    void reject(String source, String reason) {
        ledger.add(source, Term.RECEIVED, 1);
        ledger.add(source, Term.REJECTED, reason, 1);
    }

    /** @param crashed how many volatile messages of each source the last run left open */
    void dropCrashed(Map<String, Long> crashed) {
        crashed.forEach((source, count) -> {
            ledger.add(source, Term.DROPPED, "crash", count);
            ledger.add(source, Term.OPEN_VOLATILE, -count);
        });
    }
}
