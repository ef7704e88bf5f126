package io.qanat.alarm;

import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The alarm stages that routes use now. Steps of one name share a stage; when the last of them stops, the stage is
 * forgotten, since the next start reads its states from the journal.
 *
 * <p>Threads: any.
 */
public final class RunningAlarms implements StageStatusSource {
    private final Journal journal;
    private final Clock clock;
    private final Map<String, Use> uses = new ConcurrentSkipListMap<>();

    private record Use(AlarmStage stage, int steps) {}

    public RunningAlarms(Journal journal, Clock clock) {
        this.journal = Objects.requireNonNull(journal, "journal");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** A step starts to use the alarms of this name; it must call {@link #leave} when it stops. */
    public synchronized AlarmStage enter(String name) {
        Use use = uses.get(name);
        AlarmStage stage =
                use == null ? new AlarmStage(name, journal.states(AlarmStage.stage(name)), clock) : use.stage;
        uses.put(name, new Use(stage, use == null ? 1 : use.steps + 1));
        return stage;
    }

    /** A step no longer uses the alarms of this name. */
    public synchronized void leave(String name) {
        uses.computeIfPresent(name, (key, use) -> use.steps == 1 ? null : new Use(use.stage, use.steps - 1));
    }

    @Override
    public List<StageStatus> status() {
        return uses.values().stream().map(use -> use.stage.status()).toList();
    }
}
