package io.qanat.alarm;

import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Done;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Target;
import io.qanat.api.Arrival;
import io.qanat.api.Identity;
import io.qanat.api.Journey;
import io.qanat.api.OutboxEntry;
import io.qanat.api.OutboxMessage;
import io.qanat.api.Outcome;
import io.qanat.api.Score;
import io.qanat.store.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A gateway's alarms with a real store: windows by the second, commands, a clock that is set, restarts. */
final class Plant implements AutoCloseable {
    static final String NAME = "mote-anomaly";
    static final String CLOUD = "cloud";

    /** What was told, in order. */
    final List<Alarm> told = new ArrayList<>();

    final List<Outcome> outcomes = new ArrayList<>();
    final SetClock clock = new SetClock();
    RunningAlarms alarms;
    boolean sinkFails;

    private final Path directory;
    private final AlarmRule rule;
    private final boolean hasSink;
    private SqliteStore store;
    private AlarmStage stage;
    private int arrivals;

    /** A clock that stands still until it is set. */
    static final class SetClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T01:00:00Z");

        void forward(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    /** @param hasSink whether a route takes what persons and the clock change */
    Plant(Path directory, AlarmRule rule, boolean hasSink) throws IOException {
        this.directory = directory;
        this.rule = rule;
        this.hasSink = hasSink;
        open();
    }

    private void open() throws IOException {
        store = SqliteStore.open(directory, Clock.systemUTC());
        alarms = new RunningAlarms(store, clock);
        stage = alarms.enter(NAME, rule);
        if (hasSink) {
            alarms.connect(NAME, this::takeOutside);
        }
    }

    private void takeOutside(Alarm alarm, Journey journey) {
        if (sinkFails) {
            throw new IllegalStateException("the cloud route has a fault");
        }
        take(alarm, journey);
    }

    /** As an outbox does. */
    private void take(Alarm alarm, Journey journey) {
        journey.send(new OutboxMessage(
                CLOUD, alarm.eventId(), alarm.asset(), "text/plain", new byte[] {1}, alarm.decidedAt()));
        told.add(alarm);
    }

    void restart() throws Exception {
        store.close();
        open();
    }

    @Override
    public void close() throws Exception {
        store.close();
    }

    Optional<Alarm> score(int second, double value) {
        return score("mote-1", second, value);
    }

    Optional<Alarm> score(String asset, int second, double value) {
        return score(Scores.score(asset, second, value), false, false);
    }

    /** A window of a route of which a later step fails. */
    Optional<Alarm> fail(String asset, int second, double value) {
        return score(Scores.score(asset, second, value), false, true);
    }

    Optional<Alarm> replay(String asset, int second, double value) {
        return score(new WindowOf(Scores.score(asset, second, value), true, false, false));
    }

    Optional<Alarm> suppressed(int second, double value) {
        return score(new WindowOf(Scores.score("mote-1", second, value), false, false, true));
    }

    private Optional<Alarm> score(Score score, boolean replayed, boolean fails) {
        return score(new WindowOf(score, replayed, fails, false));
    }

    private record WindowOf(Score score, boolean replayed, boolean fails, boolean suppressed) {}

    private Optional<Alarm> score(WindowOf window) {
        Journey journey = Scores.journey(arrival(), window.replayed);
        Optional<Alarm> alarm = stage.accept(rule, window.score, journey, window.suppressed);
        if (window.fails) {
            store.settle(journey.failure().orElseThrow()).join();
            return alarm;
        }
        alarm.ifPresent(event -> take(event, journey));
        journey.settlement().ifPresent(settlement -> {
            outcomes.add(settlement.outcome());
            store.settle(settlement).join();
        });
        return alarm;
    }

    private long arrival() {
        Identity identity = Identity.of("plant", clock.now.toString(), Integer.toString(arrivals++));
        return store.append(new Arrival("plant", identity, new byte[0], Scores.START))
                .join()
                .entry();
    }

    /** The same score each second, from the first to the last. */
    void scores(int from, int to, double value) {
        for (int second = from; second <= to; second++) {
            score(second, value);
        }
    }

    CompletableFuture<Done> command(Kind kind) {
        return command(kind, "mote-1", null);
    }

    CompletableFuture<Done> command(Kind kind, String asset, @Nullable Duration duration) {
        return alarms.execute(new Command(
                kind, new Target(NAME, asset, Optional.empty()), "anna", "seen", Optional.ofNullable(duration)));
    }

    List<String> eventIds() {
        return told.stream().map(Alarm::eventId).toList();
    }

    /** State and cause of what was told, such as {@code updated level}. */
    List<String> events() {
        return told.stream()
                .map(alarm ->
                        alarm.state().text() + " " + alarm.change().cause().text())
                .toList();
    }

    Alarm last() {
        return told.get(told.size() - 1);
    }

    /** What is stored for the cloud. */
    List<String> stored() {
        return store.pending(CLOUD, 1000).stream()
                .map(OutboxEntry::message)
                .map(OutboxMessage::id)
                .toList();
    }

    long figure(String name) {
        return alarms.status().get(0).count(name);
    }
}
