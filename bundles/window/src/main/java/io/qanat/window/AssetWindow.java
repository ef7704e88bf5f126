package io.qanat.window;

import io.qanat.api.Reading;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The open window of one asset.
 *
 * <pre>
 * rows, sorted by observedAt:
 *
 * | overlap: in the last window too | since then, may come out of order |
 * ^ nextFrom                        ^ closedTo                          ^ length: the window closes
 * </pre>
 *
 * <p>Threads: one at a time; {@link WindowStage} sees to it.
 */
final class AssetWindow {
    private final String asset;
    private final WindowOptions options;
    private final RowJoin join;
    private final List<Row> rows = new ArrayList<>();
    private @Nullable Progress progress;

    /**
     * A full window.
     *
     * @param window for the model
     * @param members journal entries of its readings
     * @param released those of them that the next window does not need
     * @param progress to be remembered
     */
    record Closed(Window window, List<Long> members, List<Long> released, Progress progress) {}

    /**
     * What a reading led to.
     *
     * @param closed the window that is full now
     * @param givenUp journal entries of rows whose missing channels came too late or not at all
     */
    record Step(Optional<Closed> closed, List<Long> givenUp) {
        private static final Step WAITS = new Step(Optional.empty(), List.of());
    }

    /**
     * What an ended stream leaves.
     *
     * @param scored journal entries that waited and were in the last closed window
     * @param unscored journal entries that were in no closed window
     */
    record Remainder(List<Long> scored, List<Long> unscored) {}

    AssetWindow(String asset, WindowOptions options, @Nullable Progress progress) {
        this.asset = asset;
        this.options = options;
        this.join = new RowJoin(options);
        this.progress = progress;
    }

    /** Readings. */
    int waiting() {
        return join.waiting()
                + rows.stream().mapToInt(row -> row.entries().size()).sum();
    }

    boolean late(Reading reading, boolean replayed) {
        return progress != null && progress.late(reading.observedAt(), replayed);
    }

    /** Adds a reading that is not late. */
    Step add(Reading reading, boolean replayed) {
        if (replayed && holds(reading.entry())) {
            return Step.WAITS; // the ingress was restarted, not the window
        }
        Optional<Row> row = join.add(reading);
        if (row.isEmpty()) {
            return new Step(Optional.empty(), join.giveUpSurplus());
        }
        rows.add(position(row.get()), row.get().asShared(replayed && inLastWindow(row.get())));
        if (rows.size() < options.length()) {
            return Step.WAITS;
        }
        Closed closed = close(reading.arrivalNanos());
        return new Step(Optional.of(closed), join.giveUpBefore(closed.progress().closedTo()));
    }

    private boolean holds(long entry) {
        return join.holds(entry) || rows.stream().anyMatch(row -> row.entries().contains(entry));
    }

    /** Behind all rows that are not newer. Most come in order, so it is sought from the end. */
    private int position(Row row) {
        int position = rows.size();
        while (position > 0 && rows.get(position - 1).at().isAfter(row.at())) {
            position--;
        }
        return position;
    }

    private boolean inLastWindow(Row row) {
        return progress != null && !row.at().isAfter(progress.closedTo());
    }

    private Closed close(long arrivalNanos) {
        Window window = new Window(
                asset,
                options.channels(),
                values(),
                rows.get(0).at(),
                rows.get(rows.size() - 1).at(),
                arrivalNanos);
        List<Long> members = entries(rows);
        List<Long> released = entries(rows.subList(0, options.stride()));
        rows.subList(0, options.stride()).clear();
        rows.replaceAll(row -> row.asShared(true));
        Progress next = new Progress(
                window.to(), rows.isEmpty() ? window.to() : rows.get(0).at());
        progress = next;
        return new Closed(window, members, released, next);
    }

    private float[] values() {
        int width = options.channels().size();
        float[] values = new float[rows.size() * width];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row).values(), 0, values, row * width, width);
        }
        return values;
    }

    private static List<Long> entries(List<Row> rows) {
        return rows.stream().flatMap(row -> row.entries().stream()).toList();
    }

    /** Takes out what waits. */
    Remainder drain() {
        // A replayed reading of the very instant at which the last window ended may have come after it: the window
        // shares no more than its overlap.
        int shared =
                (int) rows.stream().filter(Row::shared).limit(options.overlap()).count();
        List<Long> unscored = new ArrayList<>(entries(rows.subList(shared, rows.size())));
        unscored.addAll(join.drain());
        Remainder remainder = new Remainder(entries(rows.subList(0, shared)), unscored);
        rows.clear();
        return remainder;
    }
}
