package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.alarm.Notices.FloodLimit;
import io.qanat.alarm.Notices.Severities;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.State;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Target;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for any alarm, any sequence of windows, commands, restarts and failures. */
class AlarmPropertiesTest {
    private static final String[] ASSETS = {"mote-1", "mote-2", "mote-3"};

    /** Something that happens: a window, a command, or the clock. */
    record Happening(int asset, double score, boolean suppressed, Optional<Kind> command, int minutes) {}

    @Property(tries = 200)
    void eachEventIsToldOnceAndEachAlarmIsClearedAtMostOnce(
            @ForAll("rules") AlarmRule rule, @ForAll("happenings") List<Happening> happenings) {
        requireOrder(run(rule, happenings, Set.of(), Set.of()).told);
    }

    @Property(tries = 200)
    void restartsChangeNothingOfWhatIsTold(
            @ForAll("rules") AlarmRule rule,
            @ForAll("happenings") List<Happening> happenings,
            @ForAll("moments") Set<Integer> restarts) {
        List<String> without = ids(run(rule, happenings, Set.of(), Set.of()).told);

        assertThat(ids(run(rule, happenings, restarts, Set.of()).told)).isEqualTo(without);
    }

    @Property(tries = 200)
    void routesThatFailLoseNoAlarmAndRepeatNone(
            @ForAll("rules") AlarmRule rule,
            @ForAll("happenings") List<Happening> happenings,
            @ForAll("moments") Set<Integer> restarts,
            @ForAll("moments") Set<Integer> failures) {
        MemoryPlant plant = run(rule, happenings, restarts, failures);

        requireOrder(plant.told);
        Set<String> open = open(plant.told);
        plant.alarms.list().stream()
                .filter(listed -> listed.told()
                        && listed.alarm().orElseThrow().condition().active())
                .forEach(listed ->
                        assertThat(open).contains(listed.alarm().orElseThrow().id()));
    }

    private static MemoryPlant run(
            AlarmRule rule, List<Happening> happenings, Set<Integer> restarts, Set<Integer> failures) {
        MemoryPlant plant = new MemoryPlant(rule);
        for (int second = 0; second < happenings.size(); second++) {
            if (restarts.contains(second)) {
                plant.restart();
            }
            happen(plant, happenings.get(second), second, failures.contains(second));
        }
        return plant;
    }

    private static void happen(MemoryPlant plant, Happening happening, int second, boolean fails) {
        plant.clock.forward(Duration.ofMinutes(happening.minutes));
        String asset = ASSETS[happening.asset];
        if (happening.command.isPresent()) {
            plant.command(happening.command.get(), asset, fails);
        } else {
            plant.window(Scores.score(asset, second, happening.score), happening.suppressed, fails);
        }
        plant.tick(fails);
    }

    private static List<String> ids(List<Alarm> told) {
        return told.stream().map(Alarm::eventId).toList();
    }

    /** No event twice; no alarm is updated or cleared that was not raised, or raised again. */
    private static void requireOrder(List<Alarm> told) {
        assertThat(ids(told)).doesNotHaveDuplicates();
        Set<String> raised = new HashSet<>();
        Set<String> cleared = new HashSet<>();
        for (Alarm alarm : told) {
            if (alarm.state() == State.RAISED) {
                assertThat(raised.add(alarm.id())).isTrue();
            } else {
                assertThat(raised).contains(alarm.id());
            }
            if (alarm.state() == State.CLEARED) {
                assertThat(cleared.add(alarm.id())).isTrue();
            }
        }
    }

    private static Set<String> open(List<Alarm> told) {
        Set<String> open = new HashSet<>();
        told.forEach(alarm -> {
            if (alarm.state() == State.RAISED) {
                open.add(alarm.id());
            } else if (alarm.state() == State.CLEARED) {
                open.remove(alarm.id());
            }
        });
        return open;
    }

    @Provide
    Arbitrary<AlarmRule> rules() {
        return Combinators.combine(levels(), timings(), notices()).as(AlarmRule::new);
    }

    private static Arbitrary<Levels> levels() {
        return Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as((highHigh, rate) -> new Levels(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        highHigh ? OptionalDouble.of(0.8) : OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        rate ? OptionalDouble.of(0.3) : OptionalDouble.empty()));
    }

    private static Arbitrary<Timing> timings() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 5),
                        Arbitraries.integers().between(0, 5))
                .as((after, more, clear, on, off) ->
                        new Timing(after, after + more, clear, Duration.ofSeconds(on), Duration.ofSeconds(off)));
    }

    private static Arbitrary<Notices> notices() {
        return Combinators.combine(
                        Arbitraries.of(0.0, 0.2),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of(0, 10),
                        Arbitraries.integers().between(0, 2))
                .as((peak, latch, acknowledge, realarm, flood) -> new Notices(
                        new Severities(500, 750, 250),
                        peak,
                        latch,
                        acknowledge,
                        Duration.ofMinutes(realarm),
                        Duration.ofHours(8),
                        List.of(),
                        flood == 0 ? Optional.empty() : Optional.of(new FloodLimit(flood, Duration.ofSeconds(20)))));
    }

    @Provide
    Arbitrary<List<Happening>> happenings() {
        Arbitrary<Optional<Kind>> commands = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.just(Optional.empty())),
                Tuple.of(2, Arbitraries.of(Kind.class).map(Optional::of)));
        return Combinators.combine(
                        Arbitraries.integers().between(0, ASSETS.length - 1),
                        Arbitraries.of(0.1, 0.3, 0.45, 0.5, 0.6, 0.7, 0.85, 1.2),
                        Arbitraries.of(false, false, false, true),
                        commands,
                        Arbitraries.of(0, 0, 1, 12))
                .as(Happening::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(80);
    }

    @Provide
    Arbitrary<Set<Integer>> moments() {
        return Arbitraries.integers().between(0, 79).set().ofMaxSize(12);
    }

    /** What is told, in order; kept here so that the plants need no disk. */
    static final class MemoryPlant {
        final List<Alarm> told = new ArrayList<>();
        final Plant.SetClock clock = new Plant.SetClock();
        RunningAlarms alarms;

        private final MemoryStates states = new MemoryStates();
        private final AlarmRule rule;
        private AlarmStage stage;
        private boolean fails;
        private long entries;

        MemoryPlant(AlarmRule rule) {
            this.rule = rule;
            alarms = new RunningAlarms(states, clock);
            stage = start();
        }

        private AlarmStage start() {
            AlarmStage started = alarms.enter(Plant.NAME, rule);
            alarms.connect(Plant.NAME, (alarm, journey) -> {
                if (fails) {
                    throw new IllegalStateException("the cloud route has a fault");
                }
                told.add(alarm);
            });
            return started;
        }

        void restart() {
            alarms = new RunningAlarms(states, clock);
            stage = start();
        }

        void window(Score score, boolean suppressed, boolean fail) {
            Journey journey = Scores.journey(entries++, false);
            Optional<Alarm> alarm = stage.accept(rule, score, journey, suppressed);
            if (!fail) {
                alarm.ifPresent(told::add);
            }
            states.settle((fail ? journey.failure() : journey.settlement()).orElseThrow());
        }

        void command(Kind kind, String asset, boolean fail) {
            fails = fail;
            var unused = alarms.execute(new Command(
                    kind,
                    new Target(Plant.NAME, asset, Optional.empty()),
                    "anna",
                    "",
                    kind == Kind.SHELVE ? Optional.of(Duration.ofMinutes(5)) : Optional.empty()));
            fails = false;
        }

        void tick(boolean fail) {
            fails = fail;
            alarms.tick();
            fails = false;
        }
    }
}
