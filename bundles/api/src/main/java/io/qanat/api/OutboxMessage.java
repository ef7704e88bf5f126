package io.qanat.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One message for one cloud endpoint.
 *
 * @param endpoint name of the endpoint, as the route gives it
 * @param id identity for de-duplication at the receiver; the same message to two endpoints has one id
 * @param subject what it is about, such as the asset
 * @param contentType media type of the payload
 * @param payload the bytes to send; not copied, so do not change them afterwards
 * @param createdAt when it was made, by the gateway's clock
 * @param priority its class: higher ones are sent first and dropped last
 * @param expiresAt from when on it is no longer sent, by the gateway's clock; empty for never
 */
public record OutboxMessage(
        String endpoint,
        String id,
        String subject,
        String contentType,
        byte[] payload,
        Instant createdAt,
        Priority priority,
        Optional<Instant> expiresAt) {

    /**
     * Classes of messages, lowest first: four, as ISA-18.2 advises at most for alarms, each a quarter of the severities
     * 1 to 1000 of OPC UA events.
     */
    public enum Priority {
        LOW,
        MEDIUM,
        HIGH,
        CRITICAL;

        private static final int WIDTH = 250;

        /** @param severity of an OPC UA event, 1 to 1000 */
        public static Priority ofSeverity(int severity) {
            if (severity < 1 || severity > values().length * WIDTH) {
                throw new IllegalArgumentException("severity is " + severity + ": it must be 1 to 1000, as in OPC UA");
            }
            return values()[(severity - 1) / WIDTH];
        }
    }

    public OutboxMessage {
        Require.text(endpoint, "endpoint");
        Require.text(id, "id");
        Require.text(subject, "subject");
        Require.text(contentType, "contentType");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(createdAt, "createdAt");
        Objects.requireNonNull(priority, "priority");
        Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /** A message of medium priority that never expires. */
    public OutboxMessage(
            String endpoint, String id, String subject, String contentType, byte[] payload, Instant createdAt) {
        this(endpoint, id, subject, contentType, payload, createdAt, Priority.MEDIUM, Optional.empty());
    }
}
