package io.qanat.outbox;

import io.qanat.api.OutboxQueue;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the endpoint has acknowledged and the store does not know yet. One write is under way at a time; what is
 * acknowledged meanwhile goes into the next. Only sequences are kept, no payloads.
 *
 * <p>Threads: the forwarder's.
 */
final class Recorder {
    /** So many may be unrecorded; after a crash they are sent again. */
    private static final int MOST = 1_000;

    private final OutboxQueue queue;
    private final Runnable wake;
    private final Set<Long> acknowledged = new LinkedHashSet<>();
    private Set<Long> recording = Set.of();
    private CompletableFuture<Void> write = CompletableFuture.completedFuture(null);

    /** @param wake is called when a write has ended, on any thread */
    Recorder(OutboxQueue queue, Runnable wake) {
        this.queue = queue;
        this.wake = wake;
    }

    void acknowledged(Collection<Long> sequences) {
        acknowledged.addAll(sequences);
    }

    /**
     * Sees how the last write ended.
     *
     * @return how many were recorded
     * @throws CompletionException when the store refused: they are recorded with the next write
     */
    int finish() {
        if (!write.isDone() || recording.isEmpty()) {
            return 0;
        }
        Set<Long> ended = recording;
        recording = Set.of();
        if (write.isCompletedExceptionally()) {
            acknowledged.addAll(ended);
        }
        write.join();
        return ended.size();
    }

    /** Starts a write, unless one is under way. */
    void start() {
        if (!acknowledged.isEmpty() && recording.isEmpty()) {
            recording = Set.copyOf(acknowledged);
            acknowledged.clear();
            write = queue.delivered(recording);
            write.whenComplete((nothing, failure) -> wake.run());
        }
    }

    boolean isEmpty() {
        return acknowledged.isEmpty() && recording.isEmpty();
    }

    boolean isFull() {
        return acknowledged.size() + recording.size() >= MOST;
    }

    void addTo(Set<Long> sequences) {
        sequences.addAll(acknowledged);
        sequences.addAll(recording);
    }
}
