package io.qanat.window;

import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.Outcome;
import io.qanat.api.Reading;
import io.qanat.api.Settlement;
import io.qanat.api.StageState;
import io.qanat.api.StageStatus;
import io.qanat.api.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The open windows of all assets under one name.
 *
 * <p>Memory: at most {@code maxAssets x (length - 1)} rows, and as many again that wait to be joined. What an asset had before a restart comes from {@link
 * Progress} and from the readings that the journal replays, in the order of their arrival and before new ones.
 *
 * <p>Threads: any; a call holds the stage's lock for a few microseconds. The windows of an asset keep their order only
 * when one thread at a time brings its readings.
 */
public final class WindowStage {
    /** The reading has a channel that the window does not. */
    public static final String UNKNOWN_CHANNEL = "unknown-channel";

    /** The reading lacks a channel of the window, or none brought it that could be joined with this one. */
    public static final String MISSING_CHANNEL = "missing-channel";

    /** The reading has a value beyond the range of a 32-bit float, which is what models take. */
    public static final String VALUE_OUT_OF_RANGE = "value-out-of-range";

    /** The reading is older than the end of its asset's last window. */
    public static final String LATE = "late";

    /** As many assets as may be have a window, and the reading is of another one. */
    public static final String TOO_MANY_ASSETS = "too-many-assets";

    private final String stage;
    private final WindowOptions options;
    private final Consumer<Settlement> settle;
    private final Map<String, AssetWindow> assets = new HashMap<>();
    private final Map<String, Long> rejected = new TreeMap<>();
    private long readings;
    private long windows;

    /**
     * @param stage under which states are remembered and the status is given, such as {@code window:mote}
     * @param remembered what it remembered before, by asset
     * @param settle takes what becomes of readings whose own journey is over; it must not wait
     */
    WindowStage(String stage, WindowOptions options, Map<String, String> remembered, Consumer<Settlement> settle) {
        this.stage = stage;
        this.options = options;
        this.settle = settle;
        remembered.forEach((asset, text) -> assets.put(asset, restored(asset, text)));
    }

    private AssetWindow restored(String asset, String text) {
        try {
            return new AssetWindow(asset, options, Progress.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    stage + " cannot read its state of asset " + asset + ": " + e.getMessage(), e);
        }
    }

    WindowOptions options() {
        return options;
    }

    /**
     * Takes a reading and tells the journey what became of it.
     *
     * @return the window that the reading completed; empty when it waits or is rejected
     */
    public synchronized Optional<Window> accept(Reading reading, Journey journey) {
        readings++;
        Optional<String> mistake = mistake(reading, journey.replayed());
        if (mistake.isPresent()) {
            rejected.merge(mistake.get(), 1L, Long::sum);
            journey.reject(mistake.get());
            return Optional.empty();
        }
        AssetWindow.Step step = assets.computeIfAbsent(reading.asset(), asset -> new AssetWindow(asset, options, null))
                .add(reading, journey.replayed());
        giveUp(step.givenUp());
        Optional<AssetWindow.Closed> closed = step.closed();
        closed.ifPresentOrElse(full -> tell(full, journey), journey::hold);
        return closed.map(AssetWindow.Closed::window);
    }

    /** Their own journeys are over: they waited for others. */
    private void giveUp(List<Long> entries) {
        if (!entries.isEmpty()) {
            rejected.merge(MISSING_CHANNEL, (long) entries.size(), Long::sum);
            settle.accept(new Settlement(Outcome.REJECTED, MISSING_CHANNEL, entries, entries, 0, List.of(), List.of()));
        }
    }

    private void tell(AssetWindow.Closed closed, Journey journey) {
        windows++;
        journey.covers(closed.members(), closed.released());
        journey.remember(
                new StageState(stage, closed.window().asset(), closed.progress().text()));
    }

    private Optional<String> mistake(Reading reading, boolean replayed) {
        for (Measurement measurement : reading.measurements()) {
            if (!options.channels().contains(measurement.channel())) {
                return Optional.of(UNKNOWN_CHANNEL);
            }
            if (!Float.isFinite((float) measurement.value())) {
                return Optional.of(VALUE_OUT_OF_RANGE);
            }
        }
        // Each channel is there once, so with none unknown the number tells whether one is missing.
        if (!options.joins()
                && reading.measurements().size() < options.channels().size()) {
            return Optional.of(MISSING_CHANNEL);
        }
        AssetWindow asset = assets.get(reading.asset());
        if (asset == null) {
            return assets.size() < options.maxAssets() ? Optional.empty() : Optional.of(TOO_MANY_ASSETS);
        }
        return asset.late(reading, replayed) ? Optional.of(LATE) : Optional.empty();
    }

    /** Takes out all readings that wait; empty when none do. */
    synchronized Optional<Settlement> drain() {
        List<Long> released = new ArrayList<>();
        List<Long> unscored = new ArrayList<>();
        for (AssetWindow asset : assets.values()) {
            AssetWindow.Remainder remainder = asset.drain();
            released.addAll(remainder.scored());
            unscored.addAll(remainder.unscored());
        }
        released.addAll(unscored); // at the end: a settlement's unscored entries are its last ones
        return released.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Settlement(Outcome.NORMAL, "", List.of(), released, unscored.size(), List.of(), List.of()));
    }

    synchronized StageStatus status() {
        Map<String, Number> figures = new HashMap<>();
        figures.put("readings", readings);
        figures.put("windows", windows);
        figures.put("assets", assets.size());
        figures.put(
                "waiting",
                assets.values().stream().mapToLong(AssetWindow::waiting).sum());
        rejected.forEach((reason, count) -> figures.put("rejected." + reason, count));
        return new StageStatus(stage, figures, Map.of());
    }
}
