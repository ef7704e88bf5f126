package io.qanat.gateway;

import java.time.Instant;

/** Readings of motes as their sensors write them, five seconds apart. */
final class Readings {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Readings() {}

    /** Both channels that the shipped route asks for. */
    static String reading(int index) {
        return reading("mote-1", index, 27.9);
    }

    /** Both channels of any mote. */
    static String reading(String asset, int index, double temperature) {
        return "[" + channel(asset, index, "humidity", "45.9") + ","
                + channel(asset, index, "temperature", Double.toString(temperature)) + "]";
    }

    /** One channel; the value is written as it is given. */
    static String channel(int index, String channel, String value) {
        return channel("mote-1", index, channel, value);
    }

    private static String channel(String asset, int index, String channel, String value) {
        return """
                {"id":"%d","asset":"%s","channel":"%s","value":%s,"observedAt":"%s"}"""
                .formatted(index, asset, channel, value, START.plusSeconds(5L * index));
    }
}
