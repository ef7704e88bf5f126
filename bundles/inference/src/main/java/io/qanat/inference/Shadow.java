package io.qanat.inference;

import ai.onnxruntime.OrtException;
import io.qanat.api.Score;
import io.qanat.api.Window;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version that scores the same windows as the active one, on a thread of its own; its scores are compared and thrown
 * away. When it is too slow it misses batches, and nobody waits for it.
 *
 * <p>Threads: any may offer; its own, {@code qanat-onnx-<model>-shadow}, scores and is ended by {@link #close}.
 */
final class Shadow implements BatchObserver, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);
    private static final int QUEUED_BATCHES = 8;
    private static final int MOST_WINDOWS = 32;

    private final ModelSession session;
    private final BatchBuffers buffers;
    private final int chunk;
    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUED_BATCHES);
    private final Thread thread;
    private long compared;
    private long missed;
    private long failed;
    private long disagreed;
    private double sumOfDifferences;
    private double largestDifference;

    /** @param session is closed with this */
    Shadow(ModelSession session) {
        this.session = session;
        this.chunk = Math.min(MOST_WINDOWS, session.manifest().input().mostWindows());
        this.buffers = session.buffers(chunk);
        this.thread = new Thread(this::work, "qanat-onnx-" + session.manifest().name() + "-shadow");
        thread.setDaemon(true);
        thread.start();
    }

    String version() {
        return session.manifest().version();
    }

    @Override
    public void ran(Batch batch, long nanos) {
        if (nanos > 0 && !queue.offer(batch)) {
            count(batch.rows(), 0);
        }
    }

    private synchronized void count(int moreMissed, int moreFailed) {
        missed += moreMissed;
        failed += moreFailed;
    }

    private void work() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                for (Request request : queue.take().requests()) {
                    score(request);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Shadow {} ends", version());
        }
    }

    private void score(Request request) {
        for (int from = 0; !request.failed() && from < request.rows(); from += chunk) {
            int to = Math.min(from + chunk, request.rows());
            try {
                score(request.windows.subList(from, to), request.scores().subList(from, to));
            } catch (OrtException | RuntimeException e) {
                LOG.debug("Shadow {} failed", version(), e);
                count(0, to - from);
            }
        }
    }

    private void score(List<Window> windows, List<Score> scores) throws OrtException {
        buffers.begin();
        windows.forEach(buffers::put);
        buffers.run(windows.size());
        for (int i = 0; i < windows.size(); i++) {
            compare(buffers.score(i), scores.get(i));
        }
    }

    private synchronized void compare(float shadow, Score active) {
        if (!Float.isFinite(shadow)) {
            failed++;
            return;
        }
        double difference = Math.abs(shadow - active.value());
        compared++;
        sumOfDifferences += difference;
        largestDifference = Math.max(largestDifference, difference);
        boolean isAlarm = shadow >= session.manifest().threshold();
        disagreed += isAlarm == (active.value() >= active.threshold()) ? 0 : 1;
    }

    synchronized void addTo(Map<String, Number> figures) {
        figures.put("shadow.compared", compared);
        figures.put("shadow.missed", missed);
        figures.put("shadow.failed", failed);
        figures.put("shadow.disagreed", disagreed);
        figures.put("shadow.meanDifference", compared == 0 ? 0.0 : sumOfDifferences / compared);
        figures.put("shadow.maxDifference", largestDifference);
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // Its run must end before its memory is freed.
                interrupted = true;
            }
        }
        buffers.close();
        session.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
