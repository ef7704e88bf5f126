package io.qanat.api;

import java.util.List;
import java.util.Objects;

/**
 * What one step of the journey decided, written in one transaction.
 *
 * @param outcome applies to every member; the worst outcome of an entry counts when it is released
 * @param reason why, where {@link Outcome#hasReason()}; empty otherwise
 * @param members journal entries that the decision is about
 * @param released journal entries that no later decision needs: counted in the ledger and freed
 * @param unscored how many of the released entries, the last ones of the list, were in no scored window
 * @param states what stages must know after a restart; a later value of the same stage and key replaces an earlier one
 * @param messages what the cloud is to be told
 */
public record Settlement(
        Outcome outcome,
        String reason,
        List<Long> members,
        List<Long> released,
        long unscored,
        List<StageState> states,
        List<OutboxMessage> messages) {
    public Settlement {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(reason, "reason");
        members = List.copyOf(members);
        released = List.copyOf(released);
        Require.notNegative(unscored, "unscored");
        states = List.copyOf(states);
        messages = List.copyOf(messages);
        if (outcome.hasReason() == reason.isBlank()) {
            throw new IllegalArgumentException("outcome " + outcome + " with reason '" + reason
                    + "': a reason goes with REJECTED and DROPPED, and only with them");
        }
        if (unscored > released.size()) {
            throw new IllegalArgumentException(
                    "unscored is " + unscored + " of " + released.size() + " released entries: it cannot be more");
        }
    }
}
