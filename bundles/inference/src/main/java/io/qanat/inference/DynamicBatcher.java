package io.qanat.inference;

import io.qanat.api.Window;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Joins windows to batches as Triton's dynamic batcher does: it takes all that waits up to {@code maxBatch}, and with a
 * {@code maxDelay} it waits for more while the batch is not full.
 *
 * <pre>
 * submit --queue--> worker: waits until idle -> runs -> tells the callbacks -> idle
 *    \---- nothing waits, idle, quiet, no maxDelay: runs on the thread that submitted
 * </pre>
 *
 * <p>One run at a time, and its callbacks belong to it: so results come in the order of submission. They are called
 * without the lock and after the buffers are free. A callback may submit again: that waits in the queue for the next
 * run, for which there is always room.
 *
 * <p>Threads: any; {@code qanat-onnx-<model>} is the worker.
 */
final class DynamicBatcher implements AutoCloseable {
    /** A caller that comes back sooner than this is busy: its windows are better joined than run one by one. */
    private static final long QUIET_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    /** A hand-over to the worker takes 20 to 40 us: for a longer run it does not matter. */
    private static final long SHORT_RUN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final BatchOptions options;
    private final BatchMeter meter;
    private final Thread worker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Request> queue = new ArrayDeque<>();
    private final List<ModelSession> retired = new ArrayList<>();
    /** Belongs to the runner. */
    private final Batch batch = new Batch();

    private volatile ModelSession session;
    private @Nullable Thread runner;
    private long idleSince = System.nanoTime() - QUIET_NANOS;
    private long lastSingleRun;
    private boolean closed;

    private DynamicBatcher(ModelSession session, BatchOptions options, BatchMeter meter) {
        this.session = session;
        this.options = options;
        this.meter = meter;
        this.worker = new Thread(this::work, "qanat-onnx-" + session.ref().name());
        worker.setDaemon(true);
    }

    /** @param session is closed with the batcher, its model is not */
    static DynamicBatcher start(ModelSession session, BatchOptions options, BatchMeter meter) {
        DynamicBatcher batcher = new DynamicBatcher(session, options, meter);
        batcher.worker.start();
        return batcher;
    }

    /**
     * Has a window scored. Blocks while the queue is full.
     *
     * @return whether {@code callback} was called on this thread
     * @throws ScoringException when the window is refused; {@code callback} is not called then
     */
    boolean submit(Window window, ScoreCallback callback) throws ScoringException {
        requireFit(window);
        Request request = new Request(window, callback, System.nanoTime());
        ModelSession running;
        lock.lock();
        try {
            awaitRoom(window);
            if (!mayRunInline(request)) {
                enqueue(request);
                return false;
            }
            batch.add(request);
            running = acquire();
        } finally {
            lock.unlock();
        }
        run(running, true);
        return true;
    }

    private void requireFit(Window window) throws ScoringException {
        WindowSpec expected = session.window();
        if (!expected.fits(window)) {
            throw new ScoringException("model " + session.ref().name() + " takes windows " + expected + ", got "
                    + WindowSpec.text(window.length(), window.channels()) + " of " + window.asset()
                    + ": change length and channels of the window: step before it");
        }
    }

    /** The runner itself never waits here: nobody else could make room. */
    private void awaitRoom(Window window) throws ScoringException {
        try {
            while (!closed && queue.size() >= options.queue() && runner != Thread.currentThread()) {
                room.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ScoringException("interrupted while the window of " + window.asset() + " waited for room", e);
        }
        if (closed) {
            throw new ScoringException("model " + session.ref().name() + " is no longer in use by a route, so it"
                    + " refuses the window of " + window.asset() + ": start the route first");
        }
    }

    private boolean mayRunInline(Request request) {
        return runner == null
                && queue.isEmpty()
                && options.maxDelay().isZero()
                && lastSingleRun < SHORT_RUN_NANOS
                && request.submittedNanos() - idleSince >= QUIET_NANOS;
    }

    /** Wakes the worker when there is something new for it: a first window, or a full batch. */
    private void enqueue(Request request) {
        queue.add(request);
        if (runner == null && (queue.size() == 1 || queue.size() == options.maxBatch())) {
            work.signal();
        }
    }

    private ModelSession acquire() {
        runner = Thread.currentThread();
        return session;
    }

    private void run(ModelSession running, boolean inline) {
        try {
            long nanos = batch.score(running, meter);
            if (batch.size() == 1) {
                lastSingleRun = nanos;
            }
            batch.complete(inline);
        } finally {
            release();
        }
    }

    private void release() {
        List<ModelSession> unused;
        batch.clear();
        lock.lock();
        try {
            runner = null;
            idleSince = System.nanoTime();
            unused = List.copyOf(retired);
            retired.clear();
            if (closed || !queue.isEmpty()) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
        unused.forEach(ModelSession::closeWithModel);
    }

    private void work() {
        Optional<ModelSession> running = take();
        while (running.isPresent()) {
            run(running.get(), false);
            running = take();
        }
        session.close();
    }

    /** Waits for a batch and becomes the runner; empty once the batcher is closed and drained. */
    private Optional<ModelSession> take() {
        lock.lock();
        try {
            while (runner != null || queue.isEmpty()) {
                if (closed && runner == null) {
                    return Optional.empty();
                }
                work.awaitUninterruptibly();
            }
            awaitFullBatch();
            for (int i = 0; i < options.maxBatch() && !queue.isEmpty(); i++) {
                batch.add(queue.remove());
            }
            room.signalAll();
            return Optional.of(acquire());
        } finally {
            lock.unlock();
        }
    }

    private void awaitFullBatch() {
        long patience = options.maxDelay().toNanos();
        try {
            while (!closed && queue.size() < options.maxBatch()) {
                long left = queue.element().submittedNanos() + patience - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // Nobody but close() ends the worker: an interrupt only ends the wait.
            return;
        }
    }

    /**
     * Scores the windows from here on with another version. The version before is closed with its model when its run
     * under way is done.
     *
     * @param next takes the same windows
     */
    void swap(ModelSession next) {
        Optional<ModelSession> unused;
        lock.lock();
        try {
            unused = runner == null ? Optional.of(session) : Optional.empty();
            if (runner != null) {
                retired.add(session);
            }
            session = next;
        } finally {
            lock.unlock();
        }
        unused.ifPresent(ModelSession::closeWithModel);
    }

    int queueDepth() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses further windows, finishes those that wait, and ends the worker. A callback does not wait for that. */
    @Override
    public void close() {
        boolean callback;
        lock.lock();
        try {
            closed = true;
            callback = runner == Thread.currentThread();
            work.signal();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        if (!callback) {
            awaitWorker();
        }
    }

    private void awaitWorker() {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
