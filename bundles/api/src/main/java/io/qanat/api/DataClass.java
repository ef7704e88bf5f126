package io.qanat.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How much a message tells of the plant, from nothing to everything. What an endpoint may be sent is named by the highest
 * class that it may get.
 */
public enum DataClass {
    /** Nothing that was measured: constants, clocks, identifiers of the route. */
    NONE("nothing"),
    /** Alarms as they are told to the cloud. */
    ALARM("alarms"),
    /** Scores and other values that a model made of readings. */
    DERIVED("scores"),
    /** Readings and frames as they were measured, and whatever nobody knows better. */
    RAW("raw readings");

    private final String content;

    DataClass(String content) {
        this.content = content;
    }

    /** What a message of this class holds, in words. */
    public String content() {
        return content;
    }

    /** As files and configurations write it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether this tells more than the other does. */
    public boolean isAbove(DataClass other) {
        return ordinal() > other.ordinal();
    }

    /** The one of both that tells more. */
    public DataClass or(DataClass other) {
        return isAbove(other) ? this : other;
    }

    /** @throws IllegalArgumentException that names the four */
    public static DataClass of(String text) {
        return Arrays.stream(values())
                .filter(value -> value.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no data class: it must be one of "
                        + Arrays.stream(values()).map(DataClass::text).collect(Collectors.joining(", "))));
    }
}
