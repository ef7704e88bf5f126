package io.qanat.window;

import io.qanat.api.Journal;
import io.qanat.api.PartialWindows;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The window stages that routes use now. Steps of one name share a stage; when the last of them stops, the stage
 * forgets its readings, since the journal replays them at the next start.
 *
 * <p>Threads: any.
 */
public final class RunningWindows implements PartialWindows, StageStatusSource {
    private final Journal journal;
    private final Map<String, Use> uses = new ConcurrentSkipListMap<>();

    private record Use(WindowStage stage, int steps) {}

    public RunningWindows(Journal journal) {
        this.journal = Objects.requireNonNull(journal, "journal");
    }

    /** A step starts to use the windows of this name; it must call {@link #leave} when it stops. */
    public synchronized WindowStage enter(String name, WindowOptions options) {
        Use use = uses.get(name);
        if (use != null && !use.stage.options().equals(options)) {
            throw new IllegalArgumentException("window:" + name + " is in use with " + use.stage.options()
                    + ", and a second step asks for " + options + ": give it another name or the same options");
        }
        WindowStage stage = use == null ? started("window:" + name, options) : use.stage;
        uses.put(name, new Use(stage, use == null ? 1 : use.steps + 1));
        return stage;
    }

    private WindowStage started(String stage, WindowOptions options) {
        return new WindowStage(stage, options, journal.states(stage), journal::settle);
    }

    /** A step no longer uses the windows of this name. */
    public synchronized void leave(String name) {
        uses.computeIfPresent(name, (key, use) -> use.steps == 1 ? null : new Use(use.stage, use.steps - 1));
    }

    /**
     * {@inheritDoc}
     *
     * <p>Call it when no exchange is under way: a window that is being scored shares readings with those that wait, and
     * what is decided about them later is passed over.
     */
    @Override
    public CompletableFuture<Void> closeUnscored() {
        return CompletableFuture.allOf(uses.values().stream()
                .flatMap(use -> use.stage.drain().stream())
                .map(journal::settle)
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public List<StageStatus> status() {
        return uses.values().stream().map(use -> use.stage.status()).toList();
    }
}
