package io.qanat.api;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The stored messages that wait for their cloud endpoint. They get in through {@link Journal#settle}.
 *
 * <p>A method that writes returns at once; its future completes once the write is durable. Entries that are no longer
 * there are passed over, so a repetition does no harm and nothing is counted twice.
 *
 * <p>Threads: any.
 */
public interface OutboxQueue {
    /**
     * The messages to send next. Live ones, which are those behind {@code liveAfter}, come before the backlog. Among the
     * live ones the higher class comes first and, within a class, the newest while there is a backlog and the oldest
     * otherwise. In the backlog the higher class comes first and, within a class, the oldest. What has expired or is
     * parked is left out.
     *
     * @param liveAfter the last sequence of the backlog
     * @param without sequences that are left out, such as those under way
     * @param places how many at most, and how many of them may be live ones while the backlog has any
     */
    List<OutboxEntry> next(String endpoint, long liveAfter, Set<Long> without, Places places);

    /**
     * How many messages are wanted.
     *
     * @param all at most
     * @param live how many of them may be live ones while the backlog has any
     */
    record Places(int all, int live) {
        public Places {
            Require.notNegative(all, "all");
            Require.notNegative(live, "live");
        }
    }

    /** The messages that wait for the endpoint, all taken as backlog. */
    default List<OutboxEntry> pending(String endpoint, int limit) {
        return next(endpoint, Long.MAX_VALUE, Set.of(), new Places(limit, limit));
    }

    /** The highest sequence given out so far, 0 before the first. */
    long newest();

    /** The endpoint has acknowledged the entries of these sequences: they are counted delivered and freed. */
    CompletableFuture<Void> delivered(Collection<Long> sequences);

    /** Keeps state, tries and last error of the entry; a parked one is counted parked instead of pending. */
    CompletableFuture<Void> refused(OutboxEntry entry);

    /** Frees messages of the endpoint that have expired, and counts them. */
    CompletableFuture<Void> expire(String endpoint);

    /**
     * Bounds what is stored for an endpoint, parked messages included, from now on: what is over is dropped when the next
     * message comes, first parked ones, then the oldest of the lowest class.
     *
     * @param bytes of payload, plus 256 for each message; {@link #DEFAULT_MAX_BYTES} where nothing was said
     */
    void limit(String endpoint, long bytes);

    /** How many bytes may be stored for an endpoint when its route says nothing. */
    long DEFAULT_MAX_BYTES = 256L << 20;

    /**
     * Calls {@code listener} each time that messages for the endpoint became durable, on the writer's thread.
     *
     * @return ends the subscription
     */
    Subscription onEnqueued(String endpoint, Runnable listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
