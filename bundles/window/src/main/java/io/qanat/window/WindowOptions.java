package io.qanat.window;

import java.util.HashSet;
import java.util.List;

/**
 * How readings become windows.
 *
 * @param channels the columns of a window, in this order; a reading must have exactly these
 * @param length readings in a window
 * @param stride readings from the start of one window to the start of the next, 1 to {@code length}
 * @param maxAssets assets that may have a window; readings of further ones are rejected, which bounds the memory
 */
public record WindowOptions(List<String> channels, int length, int stride, int maxAssets) {
    public WindowOptions {
        channels = List.copyOf(channels);
        if (channels.isEmpty() || channels.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "channels is " + channels + ": name at least one channel, separated by commas");
        }
        if (new HashSet<>(channels).size() < channels.size()) {
            throw new IllegalArgumentException("channels is " + channels + ": name each channel once");
        }
        if (length < 1) {
            throw new IllegalArgumentException("length is " + length + ": a window needs at least 1 reading");
        }
        if (stride < 1 || stride > length) {
            throw new IllegalArgumentException("stride is " + stride + " with length " + length
                    + ": it must be 1 to length, since a longer one would leave readings out of every window");
        }
        if (maxAssets < 1) {
            throw new IllegalArgumentException("maxAssets is " + maxAssets + ": it must be at least 1");
        }
    }

    /** Readings that a window shares with the next one. */
    int overlap() {
        return length - stride;
    }
}
