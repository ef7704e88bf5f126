package io.qanat.api;

import io.qanat.api.OutboxEntry.State;
import io.qanat.api.OutboxMessage.Priority;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a person can do with stored messages, on a running gateway or on the files of a stopped one.
 *
 * <p>Threads: any. A method that writes returns at once; its future completes with the number of entries once that is
 * durable, and fails with {@link java.io.IOException} when the disk refuses.
 */
public interface OutboxControl {
    /** The entries that are chosen, oldest first; no more than 1,000, since their payloads come with them. */
    List<OutboxEntry> list(Choice choice);

    /** One entry. */
    Optional<OutboxEntry> show(long sequence);

    /** Lets parked entries be sent again, with as many tries as a new message; others among the chosen stay as they are. */
    CompletableFuture<Long> retry(Choice choice);

    /** Gives entries up: they are counted {@code dropped(purged)}. One that is under way may still arrive. */
    CompletableFuture<Long> purge(Choice choice);

    /**
     * Which entries.
     *
     * @param endpoint only of this endpoint
     * @param priority only of this class
     * @param state only in this state
     * @param limit the oldest so many of them, 1 to 10,000
     */
    record Choice(Optional<String> endpoint, Optional<Priority> priority, Optional<State> state, int limit) {
        private static final int MOST = 10_000;

        public Choice {
            endpoint.ifPresent(name -> Require.text(name, "endpoint"));
            if (limit < 1 || limit > MOST) {
                throw new IllegalArgumentException("limit is " + limit + ": it must be 1 to " + MOST);
            }
        }

        /** The oldest entries of all endpoints. */
        public static Choice oldest(int limit) {
            return new Choice(Optional.empty(), Optional.empty(), Optional.empty(), limit);
        }
    }
}
