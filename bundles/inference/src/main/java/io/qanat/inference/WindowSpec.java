package io.qanat.inference;

import io.qanat.api.Window;
import java.util.List;

/**
 * The windows that a model scores.
 *
 * @param length number of readings
 * @param channels the columns, in this order
 */
record WindowSpec(int length, List<String> channels) {
    WindowSpec {
        channels = List.copyOf(channels);
    }

    /** Number of values in a window. */
    int size() {
        return length * channels.size();
    }

    boolean fits(Window window) {
        return window.length() == length && window.channels().equals(channels);
    }

    /** As messages name a window, such as {@code [16,2] humidity,temperature}. */
    static String text(int length, List<String> channels) {
        return "[" + length + "," + channels.size() + "] " + String.join(",", channels);
    }

    @Override
    public String toString() {
        return text(length, channels);
    }
}
