package io.qanat.inference;

import java.util.Locale;

/**
 * Where measurements say what they found, and how long each lasts.
 *
 * @param seconds of one measurement
 */
record Bench(double seconds) {
    Bench {
        if (!(seconds > 0) || seconds > 60) {
            throw new IllegalArgumentException("--seconds is " + seconds + ": it must be above 0, and at most 60");
        }
    }

    long nanos() {
        return (long) (seconds * 1e9);
    }

    /** A line of the result. */
    void say(String line) {
        System.out.println(line);
    }

    /** What is being done, for who waits; not part of the result. */
    void progress(String format, Object... values) {
        System.err.println("  ... " + String.format(Locale.ROOT, format, values));
    }
}
