package io.qanat.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. It takes what waits, writes it in one transaction, and completes the futures in the order
 * of the calls. There is no timer: what arrives during a commit forms the next group.
 *
 * <p>What waits is bounded by bytes; a caller blocks while there is no room. A transaction that fails leaves nothing
 * behind, neither in the file nor in memory, and fails the futures of its group; the next group is tried as usual.
 *
 * <p>Threads: {@link #submit} and {@link #close} any; the work runs on the thread {@code qanat-store}.
 */
final class GroupCommit implements AutoCloseable {
    /** Payload bytes that may wait: enough for several groups, little against a heap of 256 MiB. */
    private static final int ROOM = 16 << 20;

    /** What a write needs in memory beside its payload, about. */
    private static final int OVERHEAD = 256;

    private static final int GROUP = 1024;

    private final Path file;
    private final Damage damage;
    private final List<InStep> inStep;
    private final Statement statement;
    private final Thread thread = new Thread(this::run, "qanat-store");
    private final Semaphore room = new Semaphore(ROOM);
    private final BlockingQueue<Write<?>> queue = new LinkedBlockingQueue<>();
    private final Object gate = new Object();
    private final Write<Boolean> last = new Write<>(() -> true, 0);
    private boolean closed;
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();

    /** @param inStep what of the file is kept in memory */
    GroupCommit(Path file, Connection connection, Damage damage, List<InStep> inStep) throws SQLException {
        this.file = file;
        this.damage = damage;
        this.inStep = List.copyOf(inStep);
        this.statement = connection.createStatement();
    }

    void start() {
        thread.start();
    }

    /**
     * Has {@code work} done in one of the next transactions.
     *
     * @param bytes size of what it writes
     * @return completes with the work's result once it is durable; fails with {@link IOException}
     */
    <T> CompletableFuture<T> submit(int bytes, Work<T> work) {
        // The writer itself never waits for room: nobody else would make any.
        int weight = Thread.currentThread() == thread ? 0 : (int) Math.min(ROOM, (long) bytes + OVERHEAD);
        Write<T> write = new Write<>(work, weight);
        try {
            room.acquire(weight);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            write.future.completeExceptionally(new InterruptedIOException("interrupted while waiting to write to "
                    + file + "; nothing is stored: the thread is being stopped, send it again"));
            return write.future;
        }
        if (!enqueue(write)) {
            room.release(weight);
            write.future.completeExceptionally(closedException());
        }
        return write.future;
    }

    private boolean enqueue(Write<?> write) {
        synchronized (gate) {
            return !closed && queue.add(write);
        }
    }

    private IOException closedException() {
        return new IOException(
                "the store " + file + " is closed; nothing is stored: stop the sources before the store");
    }

    private void run() {
        List<Write<?>> group = new ArrayList<>(GROUP);
        boolean open = true;
        while (open) {
            group.add(next());
            queue.drainTo(group, GROUP - 1);
            // Nothing can follow the last write: it is queued under the same lock that refuses later ones.
            open = !group.contains(last);
            commit(group);
            group.clear();
        }
    }

    private Write<?> next() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // The thread ends by close() alone: what was accepted must still be written. So take again.
            }
        }
    }

    private void commit(List<Write<?>> group) {
        try {
            damage.refuseWhenFound();
            statement.execute("BEGIN IMMEDIATE");
            for (Write<?> write : group) {
                write.execute();
            }
            for (InStep part : inStep) {
                part.beforeCommit();
            }
            statement.execute("COMMIT");
        } catch (IOException | SQLException | RuntimeException | Error e) {
            fail(group, e);
            return;
        }
        commits.incrementAndGet();
        writes.addAndGet(group.size());
        inStep.forEach(InStep::committed);
        group.forEach(write -> room.release(write.weight));
        group.forEach(Write::complete);
    }

    private void fail(List<Write<?>> group, Throwable cause) {
        try {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite has often rolled back by itself, after a full disk for example; the cause tells more.
            cause.addSuppressed(e);
        }
        inStep.forEach(InStep::rolledBack);
        damage.notice(cause);
        IOException failure = Refusal.explain(
                "could not write to " + file + ", none of " + group.size() + " writes is stored", cause);
        group.forEach(write -> room.release(write.weight));
        group.forEach(write -> write.future.completeExceptionally(failure));
    }

    /** Transactions since the start. */
    long commits() {
        return commits.get();
    }

    /** Writes in them. */
    long writes() {
        return writes.get();
    }

    /** Writes that wait. */
    int waiting() {
        return queue.size();
    }

    /** Writes what waits and ends the thread. */
    @Override
    public void close() {
        synchronized (gate) {
            if (!closed) {
                closed = true;
                queue.add(last);
            }
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One write's part of a transaction. */
    @FunctionalInterface
    interface Work<T> {
        /** Gives what the future completes with; null for a future of {@code Void}, which has no other value. */
        @Nullable
        T execute() throws SQLException;
    }

    private static final class Write<T> {
        private final Work<T> work;
        private final int weight;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private Runnable completion = () -> {};

        Write(Work<T> work, int weight) {
            this.work = work;
            this.weight = weight;
        }

        void execute() throws SQLException {
            @Nullable T result = work.execute();
            completion = () -> future.complete(result);
        }

        void complete() {
            completion.run();
        }
    }
}
