package io.qanat.api;

import java.time.Instant;
import java.util.Objects;

/**
 * An arrival that is not settled yet.
 *
 * @param entry its number, ascending in the order of arrival
 * @param source the ingress that it came through
 * @param payload the message's bytes
 * @param receivedAt when it arrived, by the gateway's clock
 */
public record JournalEntry(long entry, String source, byte[] payload, Instant receivedAt) {
    public JournalEntry {
        Require.notNegative(entry, "entry");
        Require.text(source, "source");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(receivedAt, "receivedAt");
    }
}
