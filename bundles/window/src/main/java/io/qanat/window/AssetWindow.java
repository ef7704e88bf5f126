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
    private final List<Row> rows = new ArrayList<>();
    private @Nullable Progress progress;

    /** A reading that waits; {@code shared} when it was in a closed window already. */
    private record Row(Reading reading, float[] values, boolean shared) {}

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
     * What an ended stream leaves.
     *
     * @param scored journal entries that waited and were in the last closed window
     * @param unscored journal entries that were in no closed window
     */
    record Remainder(List<Long> scored, List<Long> unscored) {}

    AssetWindow(String asset, WindowOptions options, @Nullable Progress progress) {
        this.asset = asset;
        this.options = options;
        this.progress = progress;
    }

    int waiting() {
        return rows.size();
    }

    boolean late(Reading reading, boolean replayed) {
        return progress != null && progress.late(reading.observedAt(), replayed);
    }

    /** Adds a reading that is not late; the window when it is full now. */
    Optional<Closed> add(Reading reading, float[] values, boolean replayed) {
        if (replayed && rows.stream().anyMatch(row -> row.reading.entry() == reading.entry())) {
            return Optional.empty(); // the ingress was restarted, not the window
        }
        rows.add(position(reading), new Row(reading, values, replayed && inLastWindow(reading)));
        return rows.size() < options.length() ? Optional.empty() : Optional.of(close(reading.arrivalNanos()));
    }

    /** Behind all readings that are not newer. Most come in order, so it is sought from the end. */
    private int position(Reading reading) {
        int position = rows.size();
        while (position > 0 && rows.get(position - 1).reading.observedAt().isAfter(reading.observedAt())) {
            position--;
        }
        return position;
    }

    private boolean inLastWindow(Reading reading) {
        return progress != null && !reading.observedAt().isAfter(progress.closedTo());
    }

    private Closed close(long arrivalNanos) {
        Window window = new Window(
                asset,
                options.channels(),
                values(),
                rows.get(0).reading.observedAt(),
                rows.get(rows.size() - 1).reading.observedAt(),
                arrivalNanos);
        List<Long> members = entries();
        rows.subList(0, options.stride()).clear();
        rows.replaceAll(row -> new Row(row.reading, row.values, true));
        Progress next = new Progress(
                window.to(), rows.isEmpty() ? window.to() : rows.get(0).reading.observedAt());
        progress = next;
        return new Closed(window, members, members.subList(0, options.stride()), next);
    }

    private float[] values() {
        int width = options.channels().size();
        float[] values = new float[rows.size() * width];
        for (int row = 0; row < rows.size(); row++) {
            System.arraycopy(rows.get(row).values, 0, values, row * width, width);
        }
        return values;
    }

    private List<Long> entries() {
        return rows.stream().map(row -> row.reading.entry()).toList();
    }

    /** Takes out what waits. */
    Remainder drain() {
        // A replayed reading of the very instant at which the last window ended may have come after it: the window
        // shares no more than its overlap.
        int shared =
                (int) rows.stream().filter(Row::shared).limit(options.overlap()).count();
        List<Long> entries = entries();
        Remainder remainder = new Remainder(entries.subList(0, shared), entries.subList(shared, entries.size()));
        rows.clear();
        return remainder;
    }
}
