package io.qanat.store;

import io.qanat.api.ArrivalOrder;
import io.qanat.store.WriteQueue.Kind;
import io.qanat.store.WriteQueue.Work;
import io.qanat.store.WriteQueue.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes what waits, writes it in one transaction, and completes the futures in the order
 * of the calls. Without an interval there is no timer: what arrives during a commit forms the next group.
 *
 * <p>A transaction that fails leaves nothing behind, neither in the file nor in memory. When the disk is the reason, the
 * outcomes in it wait and are tried again, since a message without its outcome would stay open until a restart; the
 * futures of everything else fail. The next group is tried as usual.
 *
 * <p>Threads: {@link #submit}, {@link #close} and the figures any; the work runs on the thread {@code qanat-store}.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration FOREVER = Duration.ofDays(365);

    /** What must have been written before an idle moment is used to move it from the write-ahead log to the file. */
    private static final long WORTH_A_CHECKPOINT = 4 << 20;

    private final Path file;
    private final Damage damage;
    private final Quota quota;
    private final List<InStep> inStep;
    private final Statement statement;
    private final WriteQueue queue;
    private final Thread thread = new Thread(this::run, "qanat-store");
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong writes = new AtomicLong();
    private long uncheckpointed;
    private volatile Optional<String> refusal = Optional.empty();

    /**
     * @param interval between two commits, at least
     * @param inStep what of the file is kept in memory
     */
    GroupCommit(Path file, Connection connection, Damage damage, Quota quota, Duration interval, List<InStep> inStep)
            throws SQLException {
        this.file = file;
        this.damage = damage;
        this.quota = quota;
        this.inStep = List.copyOf(inStep);
        this.statement = connection.createStatement();
        this.queue = new WriteQueue(file, interval);
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
    <T> CompletableFuture<T> submit(Kind kind, int bytes, Work<T> work) {
        return submit(kind, new ArrivalOrder(), bytes, work);
    }

    /** @param order fails, and breaks off, when what came before in it failed */
    <T> CompletableFuture<T> submit(Kind kind, ArrivalOrder order, int bytes, Work<T> work) {
        // The writer itself never waits for room: nobody else would make any.
        return queue.submit(new Write<>(kind, order, work), bytes, Thread.currentThread() == thread);
    }

    private void run() {
        try {
            writeUntilClosed();
        } finally {
            queue.refuseHeld();
            ended.complete(true);
        }
    }

    private void writeUntilClosed() {
        List<Write<?>> group = new ArrayList<>();
        while (!queue.isEnded()) {
            queue.collect(group, free(), patience());
            if (group.isEmpty()) {
                checkpointWhenIdle();
            } else {
                refuseWhatFollowsARefusal(group);
                commit(group);
            }
            group.clear();
        }
    }

    /** After a refusal the outcomes go first, alone: they need less room, and make some. */
    private long free() {
        return queue.hasToTryAgain() ? 0 : quota.free();
    }

    private Duration patience() {
        if (queue.hasToTryAgain()) {
            return RETRY;
        }
        return uncheckpointed >= WORTH_A_CHECKPOINT ? IDLE : FOREVER;
    }

    private void refuseWhatFollowsARefusal(List<Write<?>> group) {
        IOException failure = new IOException("an earlier message of the same connection could not be written to "
                + file + ", so this one is not stored either: it comes again after it");
        group.removeIf(write -> {
            boolean follows = write.followsARefusal();
            if (follows) {
                queue.release(write);
                write.fail(failure);
            }
            return follows;
        });
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
        committed(group);
    }

    private void committed(List<Write<?>> group) {
        commits.incrementAndGet();
        writes.addAndGet(group.size());
        uncheckpointed += group.stream().mapToInt(Write::weight).sum();
        if (refusal.isPresent()) {
            refusal = Optional.empty();
            LOG.info("The store {} can be written again", file);
        }
        inStep.forEach(InStep::committed);
        quota.measure();
        group.forEach(queue::release);
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
        boolean passing = Refusal.isPassing(cause) && !queue.isEnded();
        if (passing) {
            tell(failure);
        }
        for (Write<?> write : group) {
            if (passing && write.isOutcome()) {
                queue.tryAgain(write);
            } else {
                queue.release(write);
                write.fail(failure);
            }
        }
    }

    private void tell(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (refusal.isEmpty()) {
            LOG.warn("{} Until then outcomes wait in memory, and messages stay with their brokers", message);
        }
        refusal = Optional.of(message);
    }

    /** Otherwise a commit under load would have to wait for it. */
    private void checkpointWhenIdle() {
        if (uncheckpointed < WORTH_A_CHECKPOINT) {
            return;
        }
        uncheckpointed = 0;
        try {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException e) {
            damage.notice(e);
            LOG.warn("The write-ahead log of {} could not be moved into the file, a later commit tries again", file, e);
        }
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
        return queue.waiting();
    }

    /** Writes among them that wait for room in the file. */
    int held() {
        return queue.held();
    }

    /** Why the disk has refused the last group; empty when it has not. */
    Optional<String> refusal() {
        return refusal;
    }

    /** Writes what waits and ends the thread. */
    @Override
    public void close() {
        queue.close();
        ended.join();
    }
}
