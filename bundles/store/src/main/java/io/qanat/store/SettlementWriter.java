package io.qanat.store;

import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import io.qanat.store.JournalTable.Released;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Writes what one step of a journey decided.
 *
 * <p>Threads: the writer's.
 */
final class SettlementWriter {
    private final Seal seal;
    private final JournalTable journal;
    private final LedgerTable ledger;
    private final OutboxTable outbox;
    private final PreparedStatement remember;

    SettlementWriter(Connection connection, Seal seal, JournalTable journal, LedgerTable ledger, OutboxTable outbox)
            throws SQLException {
        this.seal = seal;
        this.journal = journal;
        this.ledger = ledger;
        this.outbox = outbox;
        this.remember = connection.prepareStatement("INSERT INTO state (stage, key, value) VALUES (?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET value = excluded.value");
    }

    void write(Settlement settlement) throws SQLException {
        if (hasMore(settlement) && applies(settlement)) {
            for (StageState state : settlement.states()) {
                remember(state);
            }
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

    private static boolean hasMore(Settlement settlement) {
        return !settlement.states().isEmpty() || !settlement.messages().isEmpty();
    }

    /** A repetition is about entries that are all freed; what is about no entry at all, such as a frame, applies always. */
    private boolean applies(Settlement settlement) throws SQLException {
        boolean aboutNone =
                settlement.members().isEmpty() && settlement.released().isEmpty();
        return aboutNone || anyOpen(settlement.members()) || anyOpen(settlement.released());
    }

    private boolean anyOpen(List<Long> entries) throws SQLException {
        for (long entry : entries) {
            if (journal.isOpen(entry)) {
                return true;
            }
        }
        return false;
    }

    private void remember(StageState state) throws SQLException {
        remember.setString(1, state.stage());
        remember.setString(2, state.key());
        byte[] value = state.value().getBytes(StandardCharsets.UTF_8);
        remember.setBytes(3, seal.seal(Seal.state(state.stage(), state.key()), value));
        remember.executeUpdate();
    }

    private void release(Settlement settlement) throws SQLException {
        List<Long> released = settlement.released();
        // Windows close in order, so the entries that were in none are the last ones.
        long firstUnscored = released.size() - settlement.unscored();
        for (int i = 0; i < released.size(); i++) {
            Optional<Released> entry = journal.release(released.get(i));
            if (entry.isPresent()) {
                count(entry.get(), i >= firstUnscored);
            }
        }
    }

    private void count(Released entry, boolean unscored) {
        switch (entry.outcome()) {
            case NORMAL -> ledger.add(entry.source(), Term.NORMAL, 1);
            case ALARMED -> ledger.add(entry.source(), Term.ALARMED, 1);
            case REJECTED -> ledger.add(entry.source(), Term.REJECTED, entry.reason(), 1);
            case DROPPED -> ledger.add(entry.source(), Term.DROPPED, entry.reason(), 1);
        }
        ledger.add(entry.source(), Term.OPEN, -1);
        if (unscored) {
            ledger.add(entry.source(), Term.UNSCORED, 1);
        }
    }
}
