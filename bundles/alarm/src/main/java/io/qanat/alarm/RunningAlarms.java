package io.qanat.alarm;

import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl;
import io.qanat.api.Journal;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The alarm stages that routes use now. Steps of one name share a stage; when the last of them stops, the stage is
 * forgotten, since the next start reads its states from the journal.
 *
 * <p>Threads: any.
 */
public final class RunningAlarms implements StageStatusSource, AlarmControl {
    private static final AlarmRule UNTIL_A_STEP_STARTS =
            new AlarmRule(Levels.OF_MODEL, Timing.DEFAULT, Notices.DEFAULT);

    private final Journal journal;
    private final Clock clock;
    private final AlarmLog log = new AlarmLog();
    private final Map<String, Use> uses = new ConcurrentSkipListMap<>();

    private record Use(StageOperator operator, int steps) {}

    public RunningAlarms(Journal journal, Clock clock) {
        this.journal = Objects.requireNonNull(journal, "journal");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** A step starts to use the alarms of this name; it must call {@link #leave} when it stops. */
    public synchronized AlarmStage enter(String name) {
        Use use = uses.get(name);
        StageOperator operator = use == null ? operator(name) : use.operator;
        uses.put(name, new Use(operator, use == null ? 1 : use.steps + 1));
        return operator.stage();
    }

    /** The same, with the rule by which persons and the clock go from now on. */
    public AlarmStage enter(String name, AlarmRule rule) {
        AlarmStage stage = enter(name);
        stage.use(rule);
        return stage;
    }

    private StageOperator operator(String name) {
        AlarmStage stage = new AlarmStage(name, UNTIL_A_STEP_STARTS, journal, clock, log, this::isActive);
        return new StageOperator(name, stage, journal);
    }

    private boolean isActive(String name, String asset) {
        Use use = uses.get(name);
        return use != null && use.operator.stage().isActive(asset);
    }

    /** A step no longer uses the alarms of this name. */
    public synchronized void leave(String name) {
        uses.computeIfPresent(name, (key, use) -> use.steps == 1 ? null : new Use(use.operator, use.steps - 1));
    }

    /** A route takes what persons and the clock change about the alarms of this name; it must {@link #disconnect}. */
    public void connect(String name, AlarmSink sink) {
        enter(name);
        try {
            Objects.requireNonNull(uses.get(name), name).operator.connect(sink);
        } catch (IllegalStateException e) {
            leave(name);
            throw e;
        }
    }

    /** The route of {@link #connect} stops. */
    public void disconnect(String name) {
        Objects.requireNonNull(uses.get(name), name).operator.disconnect();
        leave(name);
    }

    /** Looks at the clock: to be called about once a second. */
    public void tick() {
        uses.values().forEach(use -> use.operator.tick());
    }

    @Override
    public List<Listed> list() {
        return uses.values().stream()
                .flatMap(use -> use.operator.list().stream())
                .sorted(Comparator.comparing(Listed::name).thenComparing(Listed::asset))
                .toList();
    }

    @Override
    public List<Alarm> history(int limit) {
        return log.newest(limit);
    }

    @Override
    public CompletableFuture<Done> execute(Command command) {
        Use use = uses.get(command.target().name());
        if (use == null) {
            return CompletableFuture.failedFuture(new Refused(
                    "unknown-alarm",
                    "no route has an alarm '" + command.target().name() + "': there is " + uses.keySet()));
        }
        return use.operator.execute(command);
    }

    @Override
    public List<StageStatus> status() {
        return uses.values().stream().map(use -> use.operator.stage().status()).toList();
    }
}
