package io.qanat.inference;

import io.qanat.api.Window;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Joins the windows that wait for a model to batches.
 *
 * <pre>
 *             nothing waits or runs, a short run, no delay
 *   submit ------------------------------------------------> run on the caller's thread
 *      |  otherwise
 *      +--> queue --> worker of each instance: {@link RequestQueue} forms a batch --> run --> callbacks, in order of
 *           (full: wait or reject)                                                            formation
 * </pre>
 *
 * <p>A worker takes what waits at once, so batches grow with the load by themselves: they are what arrived during the run
 * before. Only a {@code maxDelay} makes it wait, and only while no batch of a preferred size can be formed.
 *
 * <p>Threads: any may submit; one worker per instance, named {@code qanat-onnx-<model>-<n>}, is owned and stopped by
 * {@link #close}. What is submitted with the same priority is completed in that order.
 */
public final class DynamicBatcher implements AutoCloseable {
    /** Priority of a request that has none. */
    public static final int DEFAULT_PRIORITY = 2;

    /**
     * A caller that pauses no longer than this is given to the worker: a batch serves it better than a run for each. The
     * pause counts from the end of its own run, or one caller without pauses would run each window alone for ever.
     */
    private static final long BUSY_NANOS = 50_000;

    /** A run that takes longer is not for the caller's thread, which may have other things to do. */
    private static final long SHORT_RUN_NANOS = 200_000;

    private final String name;
    private final BatchOptions options;
    private final BatchFigures figures;
    private final List<String> channels;
    private final int length;
    private final OrderedRelease release;
    private final RequestQueue queue;
    private final List<Instance> instances;
    private final List<Thread> workers;
    private volatile long lastSubmit = System.nanoTime() - BUSY_NANOS;

    /**
     * @param sessions one per instance
     * @param observers see each batch; they may change at any time
     */
    DynamicBatcher(
            List<ModelSession> sessions, BatchOptions options, BatchFigures figures, List<BatchObserver> observers) {
        Manifest manifest = sessions.get(0).manifest();
        this.name = manifest.name();
        this.options = options.atMost(manifest.input().mostWindows());
        this.figures = figures;
        this.channels = manifest.channels();
        this.length = manifest.length();
        this.release = new OrderedRelease(sessions.size());
        this.queue = new RequestQueue(name, this.options, release);
        this.instances = sessions.stream()
                .map(session -> new Instance(session, this.options.maxBatch(), figures, observers))
                .toList();
        this.workers =
                IntStream.range(0, sessions.size()).mapToObj(this::worker).toList();
    }

    private Thread worker(int index) {
        Instance instance = instances.get(index);
        Thread thread = new Thread(() -> work(instance), "qanat-onnx-" + name + "-" + (index + 1));
        thread.setDaemon(true);
        return thread;
    }

    void start() {
        workers.forEach(Thread::start);
    }

    private void work(Instance instance) {
        Optional<Batch> batch = queue.next();
        while (batch.isPresent()) {
            instance.run(batch.get());
            release.completed(batch.get());
            batch = queue.next();
        }
    }

    /**
     * Has a window scored, with the default priority and without a timeout.
     *
     * @return whether it already is: the callback was called on this thread
     * @throws IllegalArgumentException when the window does not fit the model; the callback is not called then
     */
    public boolean submit(Window window, ScoreCallback callback) {
        return submit(List.of(window), DEFAULT_PRIORITY, Duration.ZERO, callback);
    }

    /**
     * Has windows scored in one run.
     *
     * @param windows 1 to maxBatch
     * @param priority 1, taken first, to 3
     * @param timeout how long the request may wait; zero: without end
     * @return whether it already is done: the callback was called on this thread
     * @throws IllegalArgumentException when the windows do not fit the model; the callback is not called then
     */
    public boolean submit(List<Window> windows, int priority, Duration timeout, ScoreCallback callback) {
        requireFit(windows);
        requirePriority(priority);
        long now = System.nanoTime();
        long deadline = timeout.isZero() ? Long.MAX_VALUE : now + timeout.toNanos();
        Request request = new Request(windows, priority, now, deadline, callback);
        boolean busy = now - lastSubmit <= BUSY_NANOS;
        lastSubmit = now;
        if (!busy && mayRunInline() && runInline(request)) {
            lastSubmit = System.nanoTime();
            return true;
        }
        return enqueue(request);
    }

    private void requireFit(List<Window> windows) {
        if (windows.isEmpty() || windows.size() > options.maxBatch()) {
            throw new IllegalArgumentException("onnx:" + name + " got " + windows.size()
                    + " windows in one request: it must be 1 to maxBatch, which is " + options.maxBatch() + " here");
        }
        for (Window window : windows) {
            if (window.length() != length || !window.channels().equals(channels)) {
                throw new IllegalArgumentException("onnx:" + name + " expected a window of [" + length + ","
                        + channels.size() + "] " + String.join(",", channels) + "; got [" + window.length() + ","
                        + window.channels().size() + "] " + String.join(",", window.channels()) + " of "
                        + window.asset() + ": give the window: step before it the model's length and channels");
            }
        }
    }

    /** @throws IllegalArgumentException when there is no such priority */
    public static void requirePriority(int priority) {
        if (priority < 1 || priority > RequestQueue.LEVELS) {
            throw new IllegalArgumentException(
                    "priority is " + priority + ": it must be 1, the most urgent, to " + RequestQueue.LEVELS);
        }
    }

    private boolean mayRunInline() {
        return options.maxDelay().isZero() && figures.singleRunNanos() < SHORT_RUN_NANOS && !queue.isClosed();
    }

    /** @return false when it did not run, because another request waits or runs */
    private boolean runInline(Request request) {
        // Held first: what is submitted from now on is completed after this one.
        if (!release.tryHold()) {
            return false;
        }
        try {
            boolean alone = queue.admission().rows() == 0 && release.idle();
            boolean ran = alone && tryRun(new Batch(0, List.of(request), request.rows()));
            if (ran) {
                request.complete(true);
            }
            return ran;
        } finally {
            release.letGo();
        }
    }

    private boolean tryRun(Batch batch) {
        for (Instance instance : instances) {
            if (instance.tryRun(batch)) {
                return true;
            }
        }
        return false;
    }

    private boolean enqueue(Request request) {
        if (!admit(request)) {
            figures.refused(request);
            request.complete(true);
            return true;
        }
        // After the admission: from there on a closing worker waits for these windows.
        if (queue.isClosed()) {
            queue.admission().free(request.rows());
            queue.wake();
            request.fail(closed());
            figures.refused(request);
            request.complete(true);
            return true;
        }
        queue.push(request);
        return false;
    }

    /** @return false when there is no room: the request has failed */
    private boolean admit(Request request) {
        Admission admission = queue.admission();
        if (admission.tryAdmit(request.rows())) {
            return true;
        }
        if (options.onFull() == BatchOptions.OnFull.REJECT) {
            request.fail(queue.full());
            return false;
        }
        if (release.heldByThisThread()) {
            // It delivers scores: nobody would make room while it waits.
            admission.admit(request.rows());
            return true;
        }
        return awaitRoom(request);
    }

    private boolean awaitRoom(Request request) {
        try {
            if (queue.admission().awaitRoom(request.rows(), request.deadline)) {
                return true;
            }
            request.fail(queue.isClosed() ? closed() : queue.timeout(request, System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            request.fail(queue.cancelled(request));
        }
        return false;
    }

    private ScoringException closed() {
        return new ScoringException(
                ScoringException.CLOSED, "model " + name + " is no longer served: start the route again");
    }

    /** The most windows that a request or a batch has. */
    int mostWindows() {
        return options.maxBatch();
    }

    /** Windows that wait. */
    int queueDepth() {
        return queue.admission().rows();
    }

    /** Bytes of direct buffers. */
    long nativeBytes() {
        return instances.stream().mapToLong(Instance::nativeBytes).sum();
    }

    /**
     * Has all further batches run on other sessions, each instance as soon as its current run is done.
     *
     * @param next as many as there are instances
     */
    void swap(List<ModelSession> next) {
        for (int i = 0; i < instances.size(); i++) {
            instances.get(i).swap(next.get(i));
        }
    }

    /** Completes what was submitted, then ends the workers. What is submitted from now on fails. */
    @Override
    public void close() {
        if (release.heldByThisThread()) {
            throw new IllegalStateException("model " + name + " cannot be closed from a callback of its batcher");
        }
        queue.close();
        boolean interrupted = false;
        for (Thread worker : workers) {
            interrupted |= awaitEnd(worker);
        }
        release.awaitAll();
        instances.forEach(Instance::close);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether this thread was interrupted meanwhile */
    private static boolean awaitEnd(Thread worker) {
        boolean interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                // The drain goes on: leaving now would free memory that a run still writes to.
                interrupted = true;
            }
        }
        return interrupted;
    }
}
