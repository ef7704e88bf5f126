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
 * @param order of what came through the same connection
 * @param durable whether it must outlive a crash; otherwise it is of a volatile source: counted, and kept in memory alone
 */
public record Arrival(
        String source, Identity identity, byte[] payload, Instant receivedAt, ArrivalOrder order, boolean durable) {
    private static final byte[] NOTHING = {};

    public Arrival {
        Require.text(source, "source");
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(receivedAt, "receivedAt");
        Objects.requireNonNull(order, "order");
    }

    /** A message that must outlive a crash. */
    public Arrival(String source, Identity identity, byte[] payload, Instant receivedAt, ArrivalOrder order) {
        this(source, identity, payload, receivedAt, order, true);
    }

    /** A message that must outlive a crash and came alone. */
    public Arrival(String source, Identity identity, byte[] payload, Instant receivedAt) {
        this(source, identity, payload, receivedAt, new ArrivalOrder());
    }

    /** A message of a volatile source: its payload stays with the caller. */
    public static Arrival ofVolatile(String source, Identity identity, Instant receivedAt) {
        return new Arrival(source, identity, NOTHING, receivedAt, new ArrivalOrder(), false);
    }
}
