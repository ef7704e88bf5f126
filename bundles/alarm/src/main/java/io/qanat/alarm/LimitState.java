package io.qanat.alarm;

import java.time.Instant;
import java.util.Optional;

/**
 * Where one limit of one asset is.
 *
 * @param on whether it counts as exceeded
 * @param count while it is off, which of the last windows exceeded it, the newest in bit 0; while it is on, how many
 *     windows in a row kept it
 * @param since while a delay runs, the end of the window that started it
 */
record LimitState(boolean on, long count, Optional<Instant> since) {
    static final LimitState OFF = new LimitState(false, 0, Optional.empty());
    static final LimitState ON = new LimitState(true, 0, Optional.empty());

    /** Such as {@code on,3} or {@code off,1,2026-01-01T00:00:19Z}. */
    String text() {
        return (on ? "on," : "off,") + count + since.map(at -> "," + at).orElse("");
    }

    static LimitState parse(String text) {
        String[] parts = text.split(",", -1);
        Optional<Instant> since = parts.length > 2 ? Optional.of(Instant.parse(parts[2])) : Optional.empty();
        return new LimitState(parts[0].equals("on"), Long.parseLong(parts[1]), since);
    }
}
