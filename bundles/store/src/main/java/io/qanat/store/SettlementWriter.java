package io.qanat.store;

import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.store.JournalTable.Released;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Writes what one step of a journey decided.
 *
 * <p>Threads: the writer's.
 */
final class SettlementWriter {
    private final JournalTable journal;
    private final LedgerTable ledger;
    private final StateTable states;
    private final OutboxTable outbox;

    SettlementWriter(JournalTable journal, LedgerTable ledger, StateTable states, OutboxTable outbox) {
        this.journal = journal;
        this.ledger = ledger;
        this.states = states;
        this.outbox = outbox;
    }

    void write(Settlement settlement) throws SQLException {
        if (hasMore(settlement) && applies(settlement)) {
            settlement.states().forEach(states::remember);
            for (OutboxMessage message : settlement.messages()) {
                outbox.enqueue(message);
            }
        }
        if (settlement.outcome() != Outcome.NORMAL) {
            for (long member : settlement.members()) {
                journal.worsen(member, settlement.outcome(), settlement.reason());
            }
        }
        release(settlement);
    }

    /** Whether it is only about what a crash loses anyway, and nobody is to be told. */
    static boolean canWait(Settlement settlement) {
        return settlement.messages().isEmpty()
                && !(settlement.members().isEmpty() && settlement.released().isEmpty())
                && settlement.members().stream().allMatch(VolatileArrivals::isVolatile)
                && settlement.released().stream().allMatch(VolatileArrivals::isVolatile);
    }

    private static boolean hasMore(Settlement settlement) {
        return !settlement.states().isEmpty() || !settlement.messages().isEmpty();
    }

    /** A repetition is about entries that are all freed; what is about no entry at all, such as a frame, applies always. */
    private boolean applies(Settlement settlement) {
        boolean aboutNone =
                settlement.members().isEmpty() && settlement.released().isEmpty();
        return aboutNone
                || settlement.members().stream().anyMatch(journal::isOpen)
                || settlement.released().stream().anyMatch(journal::isOpen);
    }

    private void release(Settlement settlement) throws SQLException {
        List<Long> released = settlement.released();
        // Windows close in order, so the entries that were in none are the last ones.
        long firstUnscored = released.size() - settlement.unscored();
        for (int i = 0; i < released.size(); i++) {
            long number = released.get(i);
            Optional<Released> entry = journal.release(number);
            if (entry.isPresent()) {
                count(entry.get(), i >= firstUnscored);
                ledger.add(entry.get().source(), open(number), -1);
            }
        }
    }

    /** What an entry of that number counts as while it is open. */
    static Term open(long entry) {
        return VolatileArrivals.isVolatile(entry) ? Term.OPEN_VOLATILE : Term.OPEN;
    }

    private void count(Released entry, boolean unscored) {
        switch (entry.outcome()) {
            case NORMAL -> ledger.add(entry.source(), Term.NORMAL, 1);
            case ALARMED -> ledger.add(entry.source(), Term.ALARMED, 1);
            case REJECTED -> ledger.add(entry.source(), Term.REJECTED, entry.reason(), 1);
            case DROPPED -> ledger.add(entry.source(), Term.DROPPED, entry.reason(), 1);
        }
        if (unscored) {
            ledger.add(entry.source(), Term.UNSCORED, 1);
        }
    }
}
