package io.qanat.gateway.shared;

import io.qanat.api.Journal;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Settlement;
import io.qanat.gateway.Gateway;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Puts alarms into a gateway's outbox as a settled reading does. */
public final class StoredAlarms {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private StoredAlarms() {}

    /** Returns when all are durable. */
    public static void store(Gateway gateway, List<OutboxMessage> messages) {
        Journal journal = gateway.framework().service(Journal.class, PATIENCE);
        CompletableFuture.allOf(messages.stream()
                        .map(message -> journal.settle(new Settlement(
                                Outcome.NORMAL, "", List.of(), List.of(), 0, List.of(), List.of(message))))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    /**
     * A CloudEvent with the id in it.
     *
     * @param id the asset, a slash and a number
     * @param bytes of data
     */
    public static OutboxMessage message(String endpoint, String id, int bytes) {
        String event =
                """
                {"specversion":"1.0","id":"%s","source":"/qanat/test","type":"io.qanat.alarm.raised.v1","data":"%s"}"""
                        .formatted(id, "x".repeat(bytes));
        byte[] payload = event.getBytes(StandardCharsets.UTF_8);
        return new OutboxMessage(endpoint, id, asset(id), "application/cloudevents+json", payload, Instant.now());
    }

    public static String asset(String id) {
        return id.substring(0, id.indexOf('/'));
    }
}
