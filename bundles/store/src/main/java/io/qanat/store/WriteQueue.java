package io.qanat.store;

import io.qanat.api.ArrivalOrder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, in the order of the calls, bounded by bytes.
 *
 * <pre>
 *   submit ---> fresh ----------------------------------> group of one transaction
 *                 \--- intake without room ---> held ---/   /
 *                              outcomes to be tried again -/
 * </pre>
 *
 * <p>Threads: {@link #submit}, {@link #close} and {@link #waiting} any; the rest the writer's.
 */
final class WriteQueue {
    /** Bytes of each kind that may wait: enough for several groups, little against a heap of 256 MiB. */
    private static final int ROOM = 12 << 20;

    /** What a write needs beside its payload, in memory and in the file, about. */
    private static final int OVERHEAD = 256;

    private static final int GROUP = 1024;
    private static final int GROUP_BYTES = ROOM / 2;

    /** So many lazy writes do not wait longer. */
    private static final int LAZY_GROUP = 16 << 10;

    /** From one group to the next, at least, when nothing but lazy writes waits. */
    private static final long LAZY_NANOS = Duration.ofSeconds(1).toNanos();

    private final Path file;
    private final long intervalNanos;
    private final BlockingQueue<Write<?>> fresh = new LinkedBlockingQueue<>();
    private final Semaphore intakeRoom = new Semaphore(ROOM);
    private final Semaphore outcomeRoom = new Semaphore(ROOM);
    private final Object gate = new Object();
    private final Write<Boolean> last = new Write<>(Kind.OUTCOME, new ArrivalOrder(), () -> true);
    private boolean closed;
    /** Whether something else than a lazy write came since the last group was begun. Guarded by the gate. */
    private boolean hurry;

    private final Deque<Write<?>> held = new ArrayDeque<>();
    private final Deque<Write<?>> again = new ArrayDeque<>();
    private boolean ended;
    private long lastGroupNanos;
    private volatile int heldCount;

    /** @param interval from the start of one group to the start of the next, at least */
    WriteQueue(Path file, Duration interval) {
        this.file = file;
        this.intervalNanos = interval.toNanos();
        this.lastGroupNanos = System.nanoTime() - intervalNanos;
    }

    /** Blocks while there is no room, unless {@code weightless}. */
    <T> CompletableFuture<T> submit(Write<T> write, int bytes, boolean weightless) {
        write.weight = weightless ? 0 : (int) Math.min(ROOM, (long) bytes + OVERHEAD);
        try {
            room(write.kind).acquire(write.weight);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            write.future.completeExceptionally(new InterruptedIOException("interrupted while waiting to write to "
                    + file + "; nothing is stored: the thread is being stopped, send it again"));
            return write.future;
        }
        if (!enqueue(write)) {
            release(write);
            write.future.completeExceptionally(new IOException(
                    "the store " + file + " is closed; nothing is stored: stop what writes before the store"));
        }
        return write.future;
    }

    private Semaphore room(Kind kind) {
        return kind == Kind.INTAKE ? intakeRoom : outcomeRoom;
    }

    private boolean enqueue(Write<?> write) {
        synchronized (gate) {
            if (closed) {
                return false;
            }
            fresh.add(write);
            hurry |= write.kind != Kind.LAZY;
            if (hurry || fresh.size() >= LAZY_GROUP) {
                gate.notifyAll();
            }
            return true;
        }
    }

    /** Nothing can be submitted any more; what was is still written. */
    void close() {
        synchronized (gate) {
            if (!closed) {
                closed = true;
                fresh.add(last);
                hurry = true;
                gate.notifyAll();
            }
        }
    }

    /**
     * Adds to {@code group} what is to be written next: outcomes that are tried again, then what arrived. Waits for an
     * arrival until {@code patience} is over, then for the interval.
     *
     * @param free bytes that intake may take in the file; once it is used up, intake is held
     */
    void collect(List<Write<?>> group, long free, Duration patience) {
        long budget = free;
        synchronized (gate) {
            hurry = false;
        }
        Write<?> next = poll(held.isEmpty() || free <= 0 ? patience.toNanos() : 0);
        group.addAll(again);
        again.clear();
        while (budget > 0 && !held.isEmpty() && group.size() < GROUP) {
            budget -= held.peek().weight;
            group.add(held.remove());
        }
        int bytes = 0;
        boolean lazy = group.isEmpty();
        while (next != null) {
            budget -= place(next, group, budget);
            bytes += next.weight;
            lazy &= next.kind == Kind.LAZY;
            boolean full = bytes >= GROUP_BYTES || (!lazy && group.size() >= GROUP);
            next = full ? null : another(lazy);
        }
        heldCount = held.size();
        lastGroupNanos = System.nanoTime();
    }

    /** Gives what it takes of the budget. */
    private long place(Write<?> write, List<Write<?>> group, long budget) {
        ended |= write == last;
        if (write.isOutcome()) {
            group.add(write);
            return 0;
        }
        if (budget > 0 && held.isEmpty()) {
            group.add(write);
            return write.weight;
        }
        held.add(write);
        return 0;
    }

    /** @param lazy whether nothing has come yet that is worth a commit of its own */
    private @Nullable Write<?> another(boolean lazy) {
        if (!lazy || ended) {
            return poll(ended ? 0 : lastGroupNanos + intervalNanos - System.nanoTime());
        }
        if (fresh.isEmpty()) {
            awaitHurry(lastGroupNanos + Math.max(intervalNanos, LAZY_NANOS));
        }
        return fresh.poll();
    }

    /** Lazy writes do not wake the writer: at the rates of volatile sources that would cost more than the writing. */
    private void awaitHurry(long due) {
        synchronized (gate) {
            long left = due - System.nanoTime();
            while (left > 0 && !hurry && fresh.size() < LAZY_GROUP) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(gate, left);
                } catch (InterruptedException e) {
                    // As in poll: wait again.
                }
                left = due - System.nanoTime();
            }
        }
    }

    private @Nullable Write<?> poll(long nanos) {
        long deadline = System.nanoTime() + nanos;
        while (true) {
            try {
                return fresh.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                // The thread ends by close() alone: what was accepted must still be written. So wait again.
            }
        }
    }

    /** Has an outcome tried again in the next group. */
    void tryAgain(Write<?> outcome) {
        again.add(outcome);
    }

    boolean hasToTryAgain() {
        return !again.isEmpty();
    }

    void release(Write<?> write) {
        room(write.kind).release(write.weight);
    }

    /** Whether the last group is collected. */
    boolean isEnded() {
        return ended;
    }

    /** Refuses what is held when the store closes. */
    void refuseHeld() {
        IOException refusal = new IOException(
                "the store " + file + " closed while it was full; the message is not stored and stays with its broker");
        for (Write<?> write : held) {
            release(write);
            write.future.completeExceptionally(refusal);
        }
        held.clear();
    }

    /** Writes that wait. */
    int waiting() {
        return fresh.size() + heldCount;
    }

    /** Writes among them that wait for room in the file. */
    int held() {
        return heldCount;
    }

    /** What a write is for. */
    enum Kind {
        /** Takes a message in: can be left with its broker. */
        INTAKE,
        /** Says what became of one, and frees room: never held back. */
        OUTCOME,
        /** The same of what a crash loses anyway: waits for others, so that the disk is spared. */
        LAZY
    }

    /** One write's part of a transaction. */
    @FunctionalInterface
    interface Work<T> {
        /** Gives what the future completes with; null for a future of {@code Void}, which has no other value. */
        @Nullable
        T execute() throws SQLException;
    }

    /** A call that waits, and what its caller is told. */
    static final class Write<T> {
        private final Kind kind;
        private final ArrivalOrder order;
        private final Work<T> work;
        private int weight;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private @Nullable T result;

        Write(Kind kind, ArrivalOrder order, Work<T> work) {
            this.kind = kind;
            this.order = order;
            this.work = work;
        }

        void execute() throws SQLException {
            result = work.execute();
        }

        void complete() {
            future.complete(result);
        }

        void fail(Throwable cause) {
            order.breakOff();
            future.completeExceptionally(cause);
        }

        boolean followsARefusal() {
            return order.isBroken();
        }

        boolean isOutcome() {
            return kind != Kind.INTAKE;
        }

        int weight() {
            return weight;
        }
    }
}
