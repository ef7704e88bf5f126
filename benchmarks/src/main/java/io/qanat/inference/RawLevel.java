package io.qanat.inference;

import ai.onnxruntime.OrtException;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A thread per session in a loop, on buffers that are filled anew for each run. */
final class RawLevel extends Level {
    private final List<ModelSession> sessions;
    private final List<BatchBuffers> buffers = new ArrayList<>();
    private double sum;

    RawLevel(Subject subject, int instances) throws Exception {
        super(subject.windows(), instances);
        sessions = ModelSession.load(ModelPackage.read(subject.folder()), new Placement(instances, 1, Placement.CPU));
        sessions.forEach(session -> buffers.add(session.buffers(BATCH)));
    }

    @Override
    String label() {
        return "raw";
    }

    @Override
    Measured saturate(long nanos) throws Exception {
        Map<Long, Long> busy = busy();
        long bytes = allocated();
        long start = System.nanoTime();
        List<Future<Long>> loops = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(instances);
        for (BatchBuffers on : buffers) {
            loops.add(threads.submit(() -> loop(on, start + nanos)));
        }
        long rows = 0;
        for (Future<Long> loop : loops) {
            rows += loop.get();
        }
        long took = System.nanoTime() - start;
        long made = allocated() - bytes;
        long busiest = busiest(busy);
        threads.shutdown();
        return new Measured((double) took / rows, (double) busiest / rows, (double) made / rows);
    }

    private long loop(BatchBuffers on, long end) throws OrtException {
        long rows = 0;
        while (System.nanoTime() < end) {
            run(on, BATCH);
            rows += BATCH;
        }
        return rows;
    }

    private void run(BatchBuffers on, int rows) throws OrtException {
        on.begin();
        for (int i = 0; i < rows; i++) {
            on.put(windows.get(i % windows.size()));
        }
        on.run(rows);
    }

    /** Nanoseconds of one run of so many rows, the input filled in. */
    long timeOf(int rows) throws OrtException {
        long start = System.nanoTime();
        run(buffers.get(0), rows);
        return System.nanoTime() - start;
    }

    @Override
    void one(int index) throws Exception {
        BatchBuffers on = buffers.get(0);
        on.begin();
        on.put(windows.get(index % windows.size()));
        on.run(1);
        sum += on.score(0);
    }

    @Override
    void submit(Window window) {
        throw new UnsupportedOperationException();
    }

    @Override
    void submit(Window window, Runnable done) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        if (Double.isNaN(sum)) {
            throw new IllegalStateException("the model gave NaN: the times say nothing");
        }
        buffers.forEach(BatchBuffers::close);
        sessions.forEach(ModelSession::close);
    }
}
