package io.qanat.api;

import java.util.Objects;

/**
 * What became of a message that is safe here: what its sender may be told.
 *
 * @param kind whether it was taken in
 * @param reason why not, as the ledger counts it; only with {@link Kind#REJECTED}, otherwise empty
 */
public record Receipt(Kind kind, String reason) {
    /** Whether a message was taken in. */
    public enum Kind {
        /** It is a reading, and in the journal. */
        ACCEPTED,
        /** It had been taken in before. */
        REDELIVERED,
        /** It is no reading; it is counted, and sending it again would change nothing. */
        REJECTED
    }

    public static final Receipt ACCEPTED = new Receipt(Kind.ACCEPTED, "");
    public static final Receipt REDELIVERED = new Receipt(Kind.REDELIVERED, "");

    public Receipt {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.REJECTED) == reason.isBlank()) {
            throw new IllegalArgumentException(
                    "receipt " + kind + " with reason '" + reason + "': a reason goes with REJECTED, and only with it");
        }
    }

    public static Receipt rejected(String reason) {
        return new Receipt(Kind.REJECTED, reason);
    }
}
