package io.qanat.gateway;

import java.time.Instant;

/** Readings of mote-1 as its sensor writes them, five seconds apart. */
final class Readings {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Readings() {}

    /** Both channels that the shipped route asks for. */
    static String reading(int index) {
        return "[" + channel(index, "humidity", "45.9") + "," + channel(index, "temperature", "27.9") + "]";
    }

    /** One channel; the value is written as it is given. */
    static String channel(int index, String channel, String value) {
        return """
                {"id":"%d","asset":"mote-1","channel":"%s","value":%s,"observedAt":"%s"}"""
                .formatted(index, channel, value, START.plusSeconds(5L * index));
    }
}
