package io.qanat.inference;

/** A request that got no score. The message says why; {@link #reason()} is a short name to count it by. */
public final class ScoringException extends Exception {
    /** The model gave NaN or an infinite number. */
    public static final String NOT_FINITE = "score-not-finite";

    /** ONNX Runtime failed. */
    public static final String RUN_FAILED = "run-failed";

    /** The model is no longer served. */
    public static final String CLOSED = "model-closed";

    /** The queue had no room. */
    public static final String QUEUE_FULL = "queue-full";

    /** It waited longer than its timeout. */
    public static final String TIMEOUT = "timeout";

    /** Nobody waits for it any more. */
    public static final String CANCELLED = "cancelled";

    private static final long serialVersionUID = 1L;

    private final String reason;

    ScoringException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    ScoringException(String reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
