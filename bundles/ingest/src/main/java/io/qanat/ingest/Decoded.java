package io.qanat.ingest;

import io.qanat.api.Identity;
import io.qanat.api.Measurement;
import java.time.Instant;
import java.util.List;

/** What a payload turned out to be. */
sealed interface Decoded {
    /**
     * A reading.
     *
     * @param identity the same for the same reading sent again
     * @param asset what was measured
     * @param observedAt when, by the source's clock
     * @param measurements at least one, each channel once
     */
    record Accepted(Identity identity, String asset, Instant observedAt, List<Measurement> measurements)
            implements Decoded {}

    /** No reading. */
    record Refused(Refusal refusal) implements Decoded {}

    /** Why a payload is no reading; the ledger counts under {@link #reason()}. */
    enum Refusal {
        /** The payload has no bytes. */
        EMPTY("empty"),
        /** More bytes than the endpoint's {@code maxPayload}. */
        TOO_LARGE("too-large"),
        /** Not JSON, or neither an object nor an array of objects. */
        MALFORMED("malformed"),
        /** {@code asset}, {@code channel}, {@code value} or {@code observedAt} is absent or null. */
        MISSING_FIELD("missing-field"),
        /** A field has another JSON type than its format says, such as a number for the unit. */
        WRONG_TYPE("wrong-type"),
        /** The value is NaN or infinite. */
        NOT_A_NUMBER("not-a-number"),
        /** {@code observedAt} is not an ISO 8601 instant. */
        BAD_TIME("bad-time"),
        /** The elements of an array differ in asset, instant or id, or name a channel twice. */
        INCONSISTENT("inconsistent");

        private final String reason;

        Refusal(String reason) {
            this.reason = reason;
        }

        /** As docs/formats.md and the ledger name it. */
        public String reason() {
            return reason;
        }
    }
}
