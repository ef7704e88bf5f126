package io.qanat.benchmarks;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Settlement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A journal that costs nothing and keeps nothing: what is left of a receiver's cost with it is not the store's.
 *
 * <p>Threads: any.
 */
final class MemoryJournal implements Journal {
    private static final CompletableFuture<Void> DONE = CompletableFuture.allOf();

    private final AtomicLong entries = new AtomicLong();

    @Override
    public CompletableFuture<Admission> append(Arrival arrival) {
        return CompletableFuture.completedFuture(new Admission(entries.incrementAndGet(), false));
    }

    @Override
    public CompletableFuture<Void> reject(String source, String reason) {
        throw new IllegalStateException("a reading was rejected: " + reason);
    }

    @Override
    public CompletableFuture<Void> settle(Settlement settlement) {
        return DONE;
    }

    @Override
    public List<JournalEntry> open(String source) {
        return List.of();
    }

    @Override
    public Map<String, String> states(String stage) {
        return Map.of();
    }
}
