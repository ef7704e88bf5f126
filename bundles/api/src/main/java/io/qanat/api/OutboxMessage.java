package io.qanat.api;

import java.time.Instant;
import java.util.Objects;

/**
 * One message for one cloud endpoint.
 *
 * @param endpoint name of the endpoint, as the route gives it
 * @param id identity for de-duplication at the receiver; the same message to two endpoints has one id
 * @param subject what it is about, such as the asset
 * @param contentType media type of the payload
 * @param payload the bytes to send; not copied, so do not change them afterwards
 * @param createdAt when it was made, by the gateway's clock
 */
public record OutboxMessage(
        String endpoint, String id, String subject, String contentType, byte[] payload, Instant createdAt) {
    public OutboxMessage {
        Require.text(endpoint, "endpoint");
        Require.text(id, "id");
        Require.text(subject, "subject");
        Require.text(contentType, "contentType");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(createdAt, "createdAt");
    }
}
