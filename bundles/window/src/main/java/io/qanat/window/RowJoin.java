package io.qanat.window;

import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes rows of the readings of one asset. Without a join each reading is a row; with one, readings that bring single
 * channels at about the same instant are a row together.
 *
 * <pre>
 * join 500 ms:   humidity 10.0 s   temperature 10.2 s   ==> one row, at 10.0 s
 *                humidity 11.0 s   humidity 12.0 s      ==> two rows that wait for their temperature
 * </pre>
 *
 * A reading joins the row that lacks its channels and is nearest in time. At most {@code length} rows wait: with one more
 * the oldest is given up, since its missing channel will not come any more.
 *
 * <p>Threads: one at a time; {@link WindowStage} sees to it.
 */
final class RowJoin {
    private final WindowOptions options;
    private final List<Part> waiting = new ArrayList<>();

    RowJoin(WindowOptions options) {
        this.options = options;
    }

    /** A row that lacks channels. */
    private static final class Part {
        private final List<Long> entries = new ArrayList<>();
        private final float[] values;
        private final boolean[] present;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;

        private Part(int channels) {
            values = new float[channels];
            present = new boolean[channels];
        }

        private boolean takes(Reading reading, List<Integer> columns, Duration within) {
            Instant from = reading.observedAt().isBefore(first) ? reading.observedAt() : first;
            Instant to = reading.observedAt().isAfter(last) ? reading.observedAt() : last;
            return columns.stream().noneMatch(column -> present[column])
                    && Duration.between(from, to).compareTo(within) <= 0;
        }

        private Duration distance(Reading reading) {
            return Duration.between(first, reading.observedAt()).abs();
        }

        private void add(Reading reading, List<Integer> columns) {
            fill(values, reading, columns);
            columns.forEach(column -> present[column] = true);
            entries.add(reading.entry());
            first = reading.observedAt().isBefore(first) ? reading.observedAt() : first;
            last = reading.observedAt().isAfter(last) ? reading.observedAt() : last;
        }

        private boolean complete() {
            for (boolean there : present) {
                if (!there) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Takes a reading whose channels are all known; the row that is complete now. */
    Optional<Row> add(Reading reading) {
        List<Integer> columns = reading.measurements().stream()
                .map(Measurement::channel)
                .map(options.channels()::indexOf)
                .toList();
        if (columns.size() == options.channels().size()) {
            // It lacks nothing, and fits into no row that waits, since each has a channel already.
            float[] values = new float[columns.size()];
            fill(values, reading, columns);
            return Optional.of(new Row(List.of(reading.entry()), reading.observedAt(), values, false));
        }
        Part part = partFor(reading, columns);
        part.add(reading, columns);
        if (!part.complete()) {
            return Optional.empty();
        }
        waiting.remove(part);
        return Optional.of(new Row(part.entries, part.first, part.values, false));
    }

    private static void fill(float[] values, Reading reading, List<Integer> columns) {
        for (int i = 0; i < columns.size(); i++) {
            values[columns.get(i)] = (float) reading.measurements().get(i).value();
        }
    }

    private Part partFor(Reading reading, List<Integer> columns) {
        Optional<Part> open = waiting.stream()
                .filter(part -> part.takes(reading, columns, options.joinWithin()))
                .min(Comparator.comparing(part -> part.distance(reading)));
        if (open.isPresent()) {
            return open.get();
        }
        Part part = new Part(options.channels().size());
        waiting.add(part);
        return part;
    }

    boolean holds(long entry) {
        return waiting.stream().anyMatch(part -> part.entries.contains(entry));
    }

    /** Journal entries of the rows that wait. */
    int waiting() {
        return waiting.stream().mapToInt(part -> part.entries.size()).sum();
    }

    /**
     * Gives up what can no longer become part of a window.
     *
     * @param closedTo where the last window ended: rows before it came too late
     * @return journal entries
     */
    List<Long> giveUpBefore(Instant closedTo) {
        return giveUp(
                waiting.stream().filter(part -> part.first.isBefore(closedTo)).toList());
    }

    /** Gives up the oldest rows, where more wait than a window has. */
    List<Long> giveUpSurplus() {
        return giveUp(waiting.stream()
                .sorted(Comparator.comparing((Part part) -> part.first))
                .limit(Math.max(0, waiting.size() - options.length()))
                .toList());
    }

    /** Takes out what waits. */
    List<Long> drain() {
        return giveUp(List.copyOf(waiting));
    }

    private List<Long> giveUp(List<Part> parts) {
        waiting.removeAll(parts);
        return parts.stream().flatMap(part -> part.entries.stream()).toList();
    }
}
