package io.qanat.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A message as it arrived, to be journalled.
 *
 * @param source the ingress that it came through
 * @param identity the same for the same reading sent again: see docs/formats.md
 * @param payload the message's bytes; not copied, so do not change them afterwards
 * @param receivedAt when, by the gateway's clock
 */
public record Arrival(String source, Identity identity, byte[] payload, Instant receivedAt) {
    public Arrival {
        Require.text(source, "source");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(receivedAt, "receivedAt");
    }
}
