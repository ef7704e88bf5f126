package io.qanat.routes.dryrun;

import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * An outbox that is gone with its dry run. Messages for endpoints that no route forwards are only counted. Where a forwarder is
 * behind, whoever stores a message waits a while; a forwarder that gets nowhere is then left alone.
 *
 * <p>Threads: any.
 */
final class MemoryOutbox implements OutboxQueue {
    private static final CompletableFuture<Void> DONE = CompletableFuture.allOf();
    private static final int ROOM = 1_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Map<String, Box> boxes = new TreeMap<>();
    private long sequence;

    /** What is kept for one endpoint. */
    private static final class Box {
        private final List<Runnable> forwarders = new CopyOnWriteArrayList<>();
        private final Map<Long, OutboxEntry> pending = new LinkedHashMap<>();
        private long stored;
        private boolean stuck;
    }

    private synchronized Box box(String endpoint) {
        return boxes.computeIfAbsent(endpoint, name -> new Box());
    }

    /** Stores a message; waits while its forwarder is behind. */
    void store(OutboxMessage message) {
        Box box = box(message.endpoint());
        synchronized (this) {
            box.stored++;
            if (box.forwarders.isEmpty() || !hasRoom(box)) {
                return;
            }
            box.pending.put(++sequence, new OutboxEntry(sequence, lasting(message)));
        }
        box.forwarders.forEach(Runnable::run);
    }

    /** Without an end: a recorded day passes in seconds, in which a forwarder sends as much as in seconds. */
    private static OutboxMessage lasting(OutboxMessage message) {
        return new OutboxMessage(
                message.endpoint(),
                message.id(),
                message.subject(),
                message.contentType(),
                message.payload(),
                message.createdAt(),
                message.priority(),
                Optional.empty());
    }

    private boolean hasRoom(Box box) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (box.pending.size() >= ROOM && !box.stuck) {
            box.stuck = !awaitChange(deadline);
        }
        return !box.stuck;
    }

    /** Waits until something was forwarded; false after the deadline. */
    private boolean awaitChange(long deadline) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        try {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Waits until everything is forwarded, as long as there is progress.
     *
     * @return how many messages are left, by endpoint
     */
    synchronized Map<String, Integer> awaitForwarded() {
        int before = Integer.MAX_VALUE;
        for (int now = pending(); now > 0 && now < before; now = pending()) {
            before = now;
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            boolean waiting = true;
            while (waiting && pending() == before) {
                waiting = awaitChange(deadline);
            }
        }
        Map<String, Integer> left = new TreeMap<>();
        boxes.forEach((endpoint, box) -> left.put(endpoint, box.pending.size()));
        left.values().removeIf(size -> size == 0);
        return left;
    }

    private int pending() {
        return boxes.values().stream().mapToInt(box -> box.pending.size()).sum();
    }

    /** How many messages were stored, by endpoint. */
    synchronized Map<String, Long> stored() {
        Map<String, Long> stored = new TreeMap<>();
        boxes.forEach((endpoint, box) -> stored.put(endpoint, box.stored));
        stored.values().removeIf(count -> count == 0);
        return stored;
    }

    @Override
    public synchronized List<OutboxEntry> next(String endpoint, long liveAfter, Set<Long> without, Places places) {
        List<OutboxEntry> next = new ArrayList<>();
        for (OutboxEntry entry : box(endpoint).pending.values()) {
            if (next.size() < places.all() && !without.contains(entry.sequence())) {
                next.add(entry);
            }
        }
        return next;
    }

    @Override
    public synchronized long newest() {
        return sequence;
    }

    @Override
    public synchronized CompletableFuture<Void> delivered(Collection<Long> sequences) {
        boxes.values().forEach(box -> box.pending.keySet().removeAll(sequences));
        notifyAll();
        return DONE;
    }

    /** Nobody will look at a parked one. */
    @Override
    public synchronized CompletableFuture<Void> refused(OutboxEntry entry) {
        Box box = box(entry.message().endpoint());
        if (entry.state() == OutboxEntry.State.PENDING) {
            box.pending.replace(entry.sequence(), entry);
        } else {
            box.pending.remove(entry.sequence());
            notifyAll();
        }
        return DONE;
    }

    @Override
    public CompletableFuture<Void> expire(String endpoint) {
        return DONE;
    }

    @Override
    public void limit(String endpoint, long bytes) {
        // bounded by itself
    }

    @Override
    public Subscription onEnqueued(String endpoint, Runnable listener) {
        Box box = box(endpoint);
        box.forwarders.add(listener);
        return () -> box.forwarders.remove(listener);
    }
}
