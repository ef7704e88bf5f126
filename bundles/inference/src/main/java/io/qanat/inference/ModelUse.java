package io.qanat.inference;

import io.qanat.api.Window;

/**
 * One step's use of a model, of whichever version is active. Whoever opened it closes it.
 *
 * <p>Threads: any.
 */
public final class ModelUse implements AutoCloseable {
    private final ServedModel served;
    private final DynamicBatcher batcher;
    private final BatchOptions options;
    private final String user;

    ModelUse(ServedModel served, DynamicBatcher batcher, BatchOptions options, String user) {
        this.served = served;
        this.batcher = batcher;
        this.options = options;
        this.user = user;
    }

    BatchOptions options() {
        return options;
    }

    String user() {
        return user;
    }

    /**
     * Has a window scored, together with those of others. Blocks while too many windows wait.
     *
     * @return whether {@code callback} was called on this thread; otherwise it is called later, on the model's thread
     * @throws ScoringException when the window is refused; {@code callback} is not called then
     */
    public boolean submit(Window window, ScoreCallback callback) throws ScoringException {
        return batcher.submit(window, callback);
    }

    /** Finishes the windows that wait when no other step uses the model. */
    @Override
    public void close() {
        served.leave(this);
    }
}
