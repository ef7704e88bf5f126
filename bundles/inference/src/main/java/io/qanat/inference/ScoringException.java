package io.qanat.inference;

/** A window got no score. The message says why and what to do. */
public class ScoringException extends Exception {
    private static final long serialVersionUID = 1L;

    public ScoringException(String message) {
        super(message);
    }

    public ScoringException(String message, Throwable cause) {
        super(message, cause);
    }
}
