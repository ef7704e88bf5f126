package io.qanat.ingest;

import io.qanat.api.Reading;
import java.nio.charset.StandardCharsets;

/** Payloads of readings, numbered in their value. */
final class Readings {
    private Readings() {}

    static byte[] payload(String asset, int number) {
        return """
                {"id":"%d","asset":"%s","channel":"humidity","value":%d,"unit":"%%RH","observedAt":"2026-01-01T00:00:00Z"}"""
                .formatted(number, asset, number)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] payload(int number) {
        return payload("mote-1", number);
    }

    static int number(Reading reading) {
        return (int) reading.measurements().get(0).value();
    }
}
