package io.qanat.ingest;

import io.qanat.api.Admission;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.Journal;
import io.qanat.api.JournalEntry;
import io.qanat.api.Settlement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A journal in memory whose commits the test holds back, lets through or refuses. */
final class TestJournal implements Journal {
    private final Set<Identity> known = new HashSet<>();
    private final Map<String, Integer> rejected = new TreeMap<>();
    private final List<JournalEntry> open = new ArrayList<>();
    private final List<Settlement> settled = new ArrayList<>();
    private final List<Arrival> appended = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private boolean refusing;
    private long next = 1;

    /** From now on writes wait for {@link #commit}. */
    synchronized void hold() {
        holding = true;
    }

    /** How many writes wait. */
    synchronized int held() {
        return held.size();
    }

    /** Completes what waits, and whatever comes from now on. */
    synchronized void commit() {
        holding = false;
        List<Runnable> group = List.copyOf(held);
        held.clear();
        group.forEach(Runnable::run);
    }

    /** From now on each write fails, as on a full disk. */
    synchronized void refuse(boolean refuse) {
        refusing = refuse;
    }

    synchronized void leaveOpen(JournalEntry entry) {
        open.add(entry);
        next = entry.entry() + 1;
    }

    synchronized Map<String, Integer> rejected() {
        return Map.copyOf(rejected);
    }

    synchronized List<Arrival> appended() {
        return List.copyOf(appended);
    }

    synchronized List<Settlement> settled() {
        return List.copyOf(settled);
    }

    @Override
    public synchronized CompletableFuture<Admission> append(Arrival arrival) {
        appended.add(arrival);
        if (!arrival.durable() && !refusing) {
            return CompletableFuture.completedFuture(admit(arrival));
        }
        return write(() -> admit(arrival));
    }

    private Admission admit(Arrival arrival) {
        return known.add(arrival.identity()) ? new Admission(next++, false) : new Admission(0, true);
    }

    @Override
    public synchronized CompletableFuture<Void> reject(String source, String reason) {
        CompletableFuture<Void> rejection = new CompletableFuture<>();
        write(() -> rejected.merge(reason, 1, Integer::sum)).whenComplete((count, failure) -> {
            if (failure == null) {
                rejection.complete(null);
            } else {
                rejection.completeExceptionally(failure);
            }
        });
        return rejection;
    }

    @Override
    public synchronized CompletableFuture<Void> settle(Settlement settlement) {
        settled.add(settlement);
        return CompletableFuture.allOf();
    }

    private <T> CompletableFuture<T> write(java.util.function.Supplier<T> work) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable commit = refusing
                ? () -> future.completeExceptionally(new IOException("disk full"))
                : () -> future.complete(work.get());
        if (holding) {
            held.add(commit);
        } else {
            commit.run();
        }
        return future;
    }

    @Override
    public synchronized List<JournalEntry> open(String source) {
        return List.copyOf(open);
    }

    @Override
    public Map<String, String> states(String stage) {
        return Map.of();
    }
}
