package io.qanat.window;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;

/**
 * How far an asset's windows have come. It is remembered with each closed window, as two ISO-8601 instants:
 *
 * <pre>
 * closedTo                 nextFrom
 * 2026-01-01T00:00:15Z     2026-01-01T00:00:04Z      separated by one space
 * </pre>
 *
 * <p>After a restart the journal replays every reading that is not released. The windows do not need those before
 * {@code nextFrom}; those from there to {@code closedTo} are the rows that the last window shares with the next one.
 *
 * @param closedTo {@code observedAt} of the newest reading in the last closed window
 * @param nextFrom {@code observedAt} of the oldest reading that the next window has already; {@code closedTo} when it
 *     has none
 */
record Progress(Instant closedTo, Instant nextFrom) {
    Progress {
        Objects.requireNonNull(closedTo, "closedTo");
        Objects.requireNonNull(nextFrom, "nextFrom");
        if (nextFrom.isAfter(closedTo)) {
            throw new IllegalArgumentException("nextFrom is " + nextFrom + ": it must not be after " + closedTo);
        }
    }

    /** Reads what {@link #text} wrote. */
    static Progress parse(String text) {
        String[] parts = text.split(" ", -1);
        try {
            if (parts.length == 2) {
                return new Progress(Instant.parse(parts[0]), Instant.parse(parts[1]));
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(message(text), e);
        }
        throw new IllegalArgumentException(message(text));
    }

    private static String message(String text) {
        return "remembered '" + text + "': expected two ISO-8601 instants, closedTo and nextFrom; was it written by a"
                + " newer version?";
    }

    String text() {
        return closedTo + " " + nextFrom;
    }

    /** Whether a reading came after the window that it belonged to was closed. */
    boolean late(Instant observedAt, boolean replayed) {
        return observedAt.isBefore(replayed ? nextFrom : closedTo);
    }
}
