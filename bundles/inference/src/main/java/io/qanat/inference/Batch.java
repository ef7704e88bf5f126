package io.qanat.inference;

import ai.onnxruntime.OrtException;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.List;

/** The requests of one run; reused for the next. Threads: the batcher's runner of the moment. */
final class Batch {
    private final List<Request> requests = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();

    void add(Request request) {
        requests.add(request);
        windows.add(request.window());
    }

    /**
     * Scores the windows. Afterwards the session's buffers are free.
     *
     * @return duration of the model's run in nanoseconds
     */
    long score(ModelSession session, BatchMeter meter) {
        long started = System.nanoTime();
        try {
            session.run(windows);
            for (int i = 0; i < requests.size(); i++) {
                requests.get(i).take(session, i);
            }
        } catch (OrtException | RuntimeException | Error e) {
            fail(session, e);
        }
        long finished = System.nanoTime();
        meter.record(requests, started, finished);
        return finished - started;
    }

    private void fail(ModelSession session, Throwable cause) {
        ScoringException failure = new ScoringException(
                session.ref().name() + " " + session.ref().version() + " failed on a batch of " + requests.size() + ": "
                        + cause.getMessage(),
                cause);
        requests.forEach(request -> request.fail(failure));
    }

    /** Tells every request's callback, in the order of submission. */
    void complete(boolean inline) {
        for (int i = 0; i < requests.size(); i++) {
            requests.get(i).complete(inline);
        }
    }

    int size() {
        return requests.size();
    }

    void clear() {
        requests.clear();
        windows.clear();
    }
}
