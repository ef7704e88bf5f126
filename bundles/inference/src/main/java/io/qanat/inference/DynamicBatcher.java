package io.qanat.inference;

import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Joins the windows that wait for a model to batches.
 *
 * <pre>
 *              nothing pending, no delay wanted
 *   submit ---------------------------------------> run on the caller's thread
 *      |  otherwise
 *      +--> queue --> worker: all that waits, up to maxBatch --> run --> callbacks, in order of submission
 *           (full: the caller waits)
 * </pre>
 *
 * <p>The worker takes what waits at once, so batches grow with the load by themselves: they are what arrived during the
 * run before. Only a {@code maxDelay} makes it wait, and only while the batch is not full.
 *
 * <p>Threads: any may submit; one worker, named {@code qanat-onnx-<model>}, is owned and stopped by {@link #close}. What
 * one thread submits is completed in that order.
 */
public final class DynamicBatcher implements AutoCloseable {
    /** A caller that submits faster than this is given to the worker: a batch serves it better than a run for each. */
    private static final long BUSY_NANOS = 50_000;

    private enum Worker {
        AWAKE,
        WAITS_FOR_ANY,
        WAITS_FOR_FULL_BATCH
    }

    private final String name;
    private final BatchOptions options;
    private final BatchFigures figures;
    private final List<String> channels;
    private final int length;
    private final Queue<Request> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore room;

    /** Windows that are submitted and not completed. */
    private final AtomicInteger pending = new AtomicInteger();

    /** Guards the buffers, never held during a callback. Fair, so that a swap gets its turn under load. */
    private final ReentrantLock running = new ReentrantLock(true);

    private final Thread thread;
    private BatchBuffers buffers;
    private volatile Worker worker = Worker.AWAKE;
    private volatile long lastSubmit = System.nanoTime() - BUSY_NANOS;
    private volatile boolean closed;

    DynamicBatcher(ModelSession session, BatchOptions options, BatchFigures figures) {
        this.name = session.manifest().name();
        this.options = options;
        this.figures = figures;
        this.channels = session.manifest().channels();
        this.length = session.manifest().length();
        this.room = new Semaphore(options.queue());
        this.buffers = session.buffers(options.maxBatch());
        this.thread = new Thread(this::work, "qanat-onnx-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Has a window scored.
     *
     * @return whether it already is: the callback was called on this thread
     * @throws IllegalArgumentException when the window does not fit the model; the callback is not called then
     */
    public boolean submit(Window window, ScoreCallback callback) {
        requireFit(window);
        Request request = new Request(window, callback, options.maxDelay().isZero() ? 0 : System.nanoTime());
        if (mayRunInline() && pending.compareAndSet(0, 1)) {
            runInline(request);
            return true;
        }
        return enqueue(request);
    }

    private void requireFit(Window window) {
        if (window.length() != length || !window.channels().equals(channels)) {
            throw new IllegalArgumentException("onnx:" + name + " expected a window of [" + length + ","
                    + channels.size() + "] " + String.join(",", channels) + "; got [" + window.length() + ","
                    + window.channels().size() + "] " + String.join(",", window.channels()) + " of " + window.asset()
                    + ": give the window: step before it the model's length and channels");
        }
    }

    private boolean mayRunInline() {
        return options.maxDelay().isZero() && System.nanoTime() - lastSubmit > BUSY_NANOS;
    }

    private void runInline(Request request) {
        if (!closed) {
            run(List.of(request));
        } else {
            request.fail(closed());
        }
        request.complete(true);
        lastSubmit = System.nanoTime();
        finished(1);
    }

    private boolean enqueue(Request request) {
        // The worker itself must not wait: a callback that submits again would wait for its own thread.
        request.hasRoom = Thread.currentThread() != thread;
        if (request.hasRoom) {
            room.acquireUninterruptibly();
        }
        int waiting = pending.incrementAndGet();
        // After the increment: from there on a closing worker waits for this window.
        if (closed) {
            request.fail(closed());
            leave(request);
            request.complete(true);
            finished(1);
            return true;
        }
        queue.add(request);
        if (options.maxDelay().isZero()) {
            lastSubmit = System.nanoTime();
        }
        wake(waiting);
        return false;
    }

    private void leave(Request request) {
        if (request.hasRoom) {
            room.release();
        }
    }

    private void wake(int waiting) {
        Worker state = worker;
        if (state == Worker.WAITS_FOR_ANY || (state == Worker.WAITS_FOR_FULL_BATCH && waiting >= options.maxBatch())) {
            LockSupport.unpark(thread);
        }
    }

    private void finished(int count) {
        pending.addAndGet(-count);
        if (closed) {
            LockSupport.unpark(thread);
        }
    }

    private void work() {
        List<Request> batch = new ArrayList<>(options.maxBatch());
        while (awaitWindow()) {
            awaitFullBatch();
            take(batch);
            run(batch);
            batch.forEach(request -> request.complete(false));
            finished(batch.size());
            batch.clear();
        }
    }

    /** @return false when none will come any more */
    private boolean awaitWindow() {
        while (queue.isEmpty()) {
            if (closed && pending.get() == 0) {
                return false;
            }
            worker = Worker.WAITS_FOR_ANY;
            // Again after the announcement: a window that came before it woke nobody.
            if (queue.isEmpty() && !(closed && pending.get() == 0)) {
                LockSupport.park(this);
            }
            worker = Worker.AWAKE;
        }
        return true;
    }

    private void awaitFullBatch() {
        Request oldest = queue.peek();
        if (options.maxDelay().isZero() || oldest == null) {
            return;
        }
        worker = Worker.WAITS_FOR_FULL_BATCH;
        long left = options.maxDelay().toNanos() - (System.nanoTime() - oldest.submitted);
        while (left > 0 && pending.get() < options.maxBatch() && !closed) {
            LockSupport.parkNanos(this, left);
            left = options.maxDelay().toNanos() - (System.nanoTime() - oldest.submitted);
        }
        worker = Worker.AWAKE;
    }

    private void take(List<Request> batch) {
        while (batch.size() < options.maxBatch()) {
            Request next = queue.poll();
            if (next == null) {
                return;
            }
            leave(next);
            batch.add(next);
        }
    }

    // Also an Error, such as a library that does not link, must reach the windows of this batch and only them.
    private void run(List<Request> batch) {
        running.lock();
        try {
            buffers.begin();
            for (Request request : batch) {
                buffers.put(request.window);
            }
            buffers.run(batch.size());
            figures.batch(batch.size());
            long now = System.nanoTime();
            for (int i = 0; i < batch.size(); i++) {
                settle(batch.get(i), i, now);
            }
        } catch (Exception | Error e) {
            ScoringException failure = runFailed(batch.size(), e);
            batch.forEach(request -> fail(request, failure));
        } finally {
            running.unlock();
        }
    }

    private void settle(Request request, int index, long now) {
        try {
            request.score(buffers.score(index, request.window));
            figures.latency(now - request.window.arrivalNanos());
        } catch (ScoringException e) {
            fail(request, e);
        }
    }

    private void fail(Request request, ScoringException failure) {
        figures.failure();
        request.fail(failure);
    }

    private ScoringException runFailed(int size, Throwable cause) {
        return new ScoringException(
                ScoringException.RUN_FAILED,
                "model " + name + " failed on a batch of " + size + " windows: " + cause,
                cause);
    }

    private ScoringException closed() {
        return new ScoringException(
                ScoringException.CLOSED, "model " + name + " is no longer served: start the route again");
    }

    int queueDepth() {
        return Math.max(0, options.queue() - room.availablePermits());
    }

    /** Has all further batches run on another session, as soon as the current one is done. */
    void swap(ModelSession next) {
        BatchBuffers fresh = next.buffers(options.maxBatch());
        BatchBuffers old = exchange(fresh);
        old.close();
    }

    private BatchBuffers exchange(BatchBuffers fresh) {
        running.lock();
        try {
            BatchBuffers old = buffers;
            buffers = fresh;
            return old;
        } finally {
            running.unlock();
        }
    }

    /** Completes what was submitted, then ends the worker. What is submitted from now on fails. */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("model " + name + " cannot be closed from a callback of its batcher");
        }
        closed = true;
        LockSupport.unpark(thread);
        awaitEnd();
        exchange(buffers).close();
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The drain goes on: leaving now would free memory that a run still writes to.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
