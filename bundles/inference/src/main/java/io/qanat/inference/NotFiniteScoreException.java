package io.qanat.inference;

/** The model gave NaN or infinity for this window: trying again gives the same. */
public final class NotFiniteScoreException extends ScoringException {
    /** Reason under which such readings are counted. */
    public static final String REASON = "score-not-finite";

    private static final long serialVersionUID = 1L;

    public NotFiniteScoreException(String message) {
        super(message);
    }
}
