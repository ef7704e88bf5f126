package io.qanat.window;

import java.time.Instant;
import java.util.List;

/**
 * One value of each channel.
 *
 * @param entries journal entries of the readings that it was made of
 * @param at {@code observedAt} of the earliest of them
 * @param values one for each channel, in the order of the options; not copied, so do not change it afterwards
 * @param shared whether it was in a closed window already
 */
record Row(List<Long> entries, Instant at, float[] values, boolean shared) {
    Row {
        entries = List.copyOf(entries);
    }

    Row asShared(boolean shared) {
        return shared == this.shared ? this : new Row(entries, at, values, shared);
    }
}
