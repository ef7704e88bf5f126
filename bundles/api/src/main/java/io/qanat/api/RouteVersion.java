package io.qanat.api;

import java.time.Instant;
import java.util.Objects;

/**
 * One version of a route text.
 *
 * @param text its name, such as {@code readings-to-alarms.xml}
 * @param number counts from 1 for each text
 * @param loadedAt when it was first loaded
 * @param running whether its routes run
 */
public record RouteVersion(String text, int number, Instant loadedAt, boolean running) {
    public RouteVersion {
        Require.text(text, "text");
        Objects.requireNonNull(loadedAt, "loadedAt");
        if (number < 1) {
            throw new IllegalArgumentException("number is " + number + ": it counts from 1");
        }
    }
}
