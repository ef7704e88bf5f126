package io.qanat.window;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * How readings become windows.
 *
 * @param channels the columns of a window, in this order; a reading must have exactly these, or some of them
 *     where readings are joined
 * @param length readings in a window
 * @param stride readings from the start of one window to the start of the next, 1 to {@code length}
 * @param maxAssets assets that may have a window; readings of further ones are rejected, which bounds the memory
 * @param joinWithin how far apart readings may be observed that bring the channels of one row; zero when each reading has
 *     all channels
 */
public record WindowOptions(List<String> channels, int length, int stride, int maxAssets, Duration joinWithin) {
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
        if (joinWithin.isNegative()) {
            throw new IllegalArgumentException(
                    "joinWithin is " + joinWithin.toMillis() + " ms: it must be 0, for no join, or more");
        }
    }

    /** Each reading has all channels. */
    public WindowOptions(List<String> channels, int length, int stride, int maxAssets) {
        this(channels, length, stride, maxAssets, Duration.ZERO);
    }

    /** Whether readings of single channels are joined. */
    boolean joins() {
        return !joinWithin.isZero();
    }

    /** Readings that a window shares with the next one. */
    int overlap() {
        return length - stride;
    }
}
