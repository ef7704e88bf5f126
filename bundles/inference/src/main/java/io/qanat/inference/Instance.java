package io.qanat.inference;

import ai.onnxruntime.OrtException;
import io.qanat.api.Score;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One session of a model with the memory that it runs on.
 *
 * <p>Threads: any; one at a time runs. No lock is held during a callback.
 */
final class Instance {
    private final String model;
    private final int maxBatch;
    private final BatchFigures figures;
    private final List<BatchObserver> observers;

    /** Fair, so that a swap gets its turn under load. */
    private final ReentrantLock running = new ReentrantLock(true);

    /** Used under {@link #running}, except for its size. */
    private volatile BatchBuffers buffers;

    /** @param observers may change at any time */
    Instance(ModelSession session, int maxBatch, BatchFigures figures, List<BatchObserver> observers) {
        this.model = session.manifest().name();
        this.maxBatch = maxBatch;
        this.figures = figures;
        this.observers = observers;
        this.buffers = session.buffers(maxBatch);
    }

    /** Gives each request of the batch its scores or its failure. */
    void run(Batch batch) {
        if (batch.rows() > 0) {
            running.lock();
            ran(batch, runAndUnlock(batch));
        }
        figures.completed(batch);
    }

    /** @return false when it runs already */
    boolean tryRun(Batch batch) {
        // The untimed tryLock ignores fairness: a swap that waits still gets its turn right after.
        if (!running.tryLock()) {
            return false;
        }
        ran(batch, runAndUnlock(batch));
        figures.completed(batch);
        return true;
    }

    private void ran(Batch batch, long nanos) {
        if (!observers.isEmpty()) {
            observers.forEach(observer -> observer.ran(batch, nanos));
        }
    }

    /**
     * Also an Error, such as a library that does not link, must reach the windows of this batch and only them.
     *
     * @return how long the run took, 0 when it failed
     */
    private long runAndUnlock(Batch batch) {
        long start = System.nanoTime();
        figures.running(batch.rows());
        try {
            compute(batch);
            long end = System.nanoTime();
            figures.ran(batch, start, end);
            settle(batch);
            return Math.max(1, end - start);
        } catch (Exception | Error e) {
            ScoringException failure = runFailed(batch.rows(), e);
            batch.requests().stream().filter(request -> !request.failed()).forEach(request -> request.fail(failure));
            return 0;
        } finally {
            figures.running(-batch.rows());
            running.unlock();
        }
    }

    private void compute(Batch batch) throws OrtException {
        buffers.begin();
        for (Request request : batch.requests()) {
            if (!request.failed()) {
                for (Window window : request.windows) {
                    buffers.put(window);
                }
            }
        }
        buffers.run(batch.rows());
    }

    private void settle(Batch batch) {
        int index = 0;
        for (Request request : batch.requests()) {
            if (!request.failed()) {
                settle(request, index);
                index += request.rows();
            }
        }
    }

    private void settle(Request request, int index) {
        try {
            request.score(scores(request, index));
        } catch (ScoringException e) {
            request.fail(e);
        }
    }

    private List<Score> scores(Request request, int index) throws ScoringException {
        if (request.rows() == 1) {
            return List.of(buffers.score(index, request.windows.get(0)));
        }
        List<Score> scores = new ArrayList<>(request.rows());
        for (int i = 0; i < request.rows(); i++) {
            scores.add(buffers.score(index + i, request.windows.get(i)));
        }
        return List.copyOf(scores);
    }

    private ScoringException runFailed(int windows, Throwable cause) {
        return new ScoringException(
                ScoringException.RUN_FAILED,
                "model " + model + " failed on a batch of " + windows + " windows: " + cause,
                cause);
    }

    /** Bytes of direct buffers. */
    long nativeBytes() {
        return buffers.bytes();
    }

    /** Has all further batches run on another session, as soon as the current one is done. */
    void swap(ModelSession next) {
        exchange(next.buffers(maxBatch)).close();
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

    /** It may not run any more. */
    void close() {
        exchange(buffers).close();
    }
}
