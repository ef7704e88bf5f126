package io.qanat.benchmarks;

import java.util.Locale;

/** Tells a person who waits that something goes on; beside the figures, so that those can be kept alone. */
final class Progress {
    private static final long BEGIN = System.nanoTime();

    private Progress() {}

    static void say(String what) {
        System.err.printf(Locale.ROOT, "[%6.1f s] %s%n", (System.nanoTime() - BEGIN) / 1e9, what);
    }
}
