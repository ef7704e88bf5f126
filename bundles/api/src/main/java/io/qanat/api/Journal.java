package io.qanat.api;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the gateway has accepted and not finished, on disk.
 *
 * <p>Each method that writes returns at once; its future completes once the write is durable, on the writer's thread
 * and in the order of the calls. What depends on it must be short: the next commit waits.
 *
 * <p>The futures of {@link #append} and {@link #reject} fail with {@link java.io.IOException} when the disk refuses: the
 * message must then not be acknowledged. While the store's quota is used up they do not complete, and others overtake
 * them. A {@link #settle} waits while the disk is full, and is tried again.
 *
 * <p>Threads: any. A call blocks while too many writes wait (back-pressure).
 */
public interface Journal {
    /**
     * Journals a message; once the future completes it may be acknowledged to its sender. After a message that the disk
     * refused, those of the same {@link Arrival#order} are refused too.
     *
     * <p>The message of a volatile source ({@link Arrival#durable}) is answered at once, before this method returns: it is
     * counted within about a second, and lost when the process crashes. What was counted by then and had no outcome is
     * {@code dropped(crash)} at the next start; what a store that closes in order finds open is {@code dropped(stop)}.
     */
    CompletableFuture<Admission> append(Arrival arrival);

    /** Counts a message that is no reading: received, and rejected for {@code reason}. */
    CompletableFuture<Void> reject(String source, String reason);

    /**
     * Writes what was decided. Entries that are not open (any more) are passed over, so a repetition does no harm. What is
     * only about entries of volatile sources, and tells the cloud nothing, may take about a second.
     */
    CompletableFuture<Void> settle(Settlement settlement);

    /** The durable entries of a source that are not settled, in the order of arrival. */
    List<JournalEntry> open(String source);

    /** What a stage asked to remember: value by key. */
    Map<String, String> states(String stage);
}
