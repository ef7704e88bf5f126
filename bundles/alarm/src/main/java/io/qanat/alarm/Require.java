package io.qanat.alarm;

import java.time.Duration;

/** The checks that the rules share: each message names the option and what it must be. */
final class Require {
    private static final Duration LONGEST = Duration.ofDays(366);

    private Require() {}

    static double finite(double value, String name) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " is " + value + ": it must be a finite number");
        }
        return value;
    }

    static Duration notNegative(Duration time, String name) {
        if (time.isNegative() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + time.toMillis() + " ms: it must be 0 to " + LONGEST.toMillis() + ", a year");
        }
        return time;
    }

    static int severity(int severity, String name) {
        if (severity < 1 || severity > 1000) {
            throw new IllegalArgumentException(name + " is " + severity + ": it must be 1 to 1000, as in OPC UA");
        }
        return severity;
    }
}
