package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.alarm.Notices.Severities;
import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Act;
import io.qanat.api.Alarm.Shelving;
import io.qanat.api.AlarmControl.Done;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Listed;
import io.qanat.api.AlarmControl.Refused;
import io.qanat.api.AlarmControl.Target;
import io.qanat.api.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What persons and the clock do to alarms, with the gateway's real store and a clock that is set. */
class AlarmCommandsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path directory;

    private Plant plant;

    @BeforeEach
    void start() throws Exception {
        plant = new Plant(directory, rule(false, Duration.ZERO), true);
    }

    private static AlarmRule rule(boolean latch, Duration realarm) {
        Severities severities = new Severities(500, 750, 500);
        Notices notices =
                new Notices(severities, 0, latch, true, realarm, Duration.ofHours(8), List.of(), Optional.empty());
        return new AlarmRule(Levels.OF_MODEL, Timing.inARow(1, 1), notices);
    }

    private void startWith(AlarmRule rule) throws Exception {
        plant.close();
        plant = new Plant(directory.resolve("other"), rule, true);
    }

    @AfterEach
    void close() throws Exception {
        plant.close();
    }

    @Test
    void tellsWhoAcknowledgedAnAlarmAndWhy() throws Exception {
        plant.score(1, 0.9);

        Done done = plant.command(Kind.ACKNOWLEDGE).get();

        assertThat(done).isEqualTo(new Done("mote-anomaly/mote-1/2026-01-01T00:00:01Z", true));
        assertThat(plant.last().condition().acknowledged()).contains(new Act("anna", plant.clock.instant(), "seen"));
        assertThat(plant.last().score()).as("with the evidence of the raise").isEqualTo(0.9);
        assertThat(plant.last().contributions()).containsEntry("humidity", 1.0);
        assertThat(plant.stored())
                .as("in the outbox when the command is done")
                .containsExactly(done.alarmId() + "/raised", done.alarmId() + "/updated/c1");
        plant.score(2, 0.1);
        assertThat(plant.last().condition().acknowledged())
                .as("also in the cleared event")
                .isPresent();
        assertThat(plant.alarms.list()).isEmpty();
    }

    @Test
    void anAlarmThatClearedUnacknowledgedStaysListedUntilItIsAcknowledged() throws Exception {
        plant.score(1, 0.9);
        plant.score(2, 0.1);
        plant.restart();
        assertThat(plant.alarms.list()).singleElement().satisfies(listed -> {
            assertThat(listed.alarm().orElseThrow().condition().active()).isFalse();
            assertThat(listed.told()).isTrue();
        });
        assertThat(plant.figure("unacknowledged")).isEqualTo(1);

        plant.command(Kind.ACKNOWLEDGE).get();

        assertThat(plant.events()).last().isEqualTo("updated acknowledged");
        assertThat(plant.last().condition().active()).isFalse();
        assertThat(plant.alarms.list()).isEmpty();
        assertThat(plant.figure("unacknowledged")).isZero();
    }

    @Test
    void anAcknowledgementOutlivesARestart() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.ACKNOWLEDGE).get();
        plant.restart();

        refused(plant.command(Kind.ACKNOWLEDGE), "wrong-state", "was acknowledged by anna at 2026-01-01T01:00:00Z");
        plant.score(2, 0.1);
        assertThat(plant.last().condition().acknowledged()).isPresent();
    }

    @Test
    void aCommandForAnAlarmThatIsNotThereIsRefused() throws Exception {
        refused(plant.command(Kind.ACKNOWLEDGE), "unknown-alarm", "knows no asset mote-1");
        plant.score(1, 0.9);
        refused(plant.command(Kind.UNSHELVE), "wrong-state", "is not shelved");
        refused(plant.command(Kind.UNSUPPRESS), "wrong-state", "is in service");
        refused(plant.command(Kind.RESET), "wrong-state", "is not latched: it clears by itself");
        refused(plant.command(Kind.SHELVE, "mote-1", Duration.ofHours(9)), "too-long", "maxShelve allows PT8H");
        plant.score(2, 0.1);
        refused(plant.command(Kind.SHELVE), "unknown-alarm", "there is no alarm mote-anomaly of mote-1");
    }

    @Test
    void anotherAlarmThanTheOneThatIsMeantIsNotAcknowledged() {
        plant.score(1, 0.9);

        Target earlier = Target.of("mote-anomaly/mote-1/2025-01-01T00:00:01Z");
        var command = new io.qanat.api.AlarmControl.Command(Kind.ACKNOWLEDGE, earlier, "anna", "", Optional.empty());

        refused(plant.alarms.execute(command), "unknown-alarm", "that was raised at 2025-01-01T00:00:01Z");
    }

    @Test
    void aOneShotShelvingEndsWithTheAlarm() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.SHELVE).get();
        plant.score(2, 0.1);
        plant.alarms.tick();
        plant.score(3, 0.9);

        assertThat(plant.events())
                .containsExactly("raised raised", "updated shelved", "cleared cleared", "raised raised");
        assertThat(plant.figure("shelved")).isZero();
    }

    @Test
    void aTimedShelvingEndsByTheGatewaysClockAndTellsWhatIsStillActive() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.SHELVE, "mote-1", HOUR).get();
        plant.score(2, 0.1);
        plant.score(3, 0.9);
        assertThat(plant.events())
                .as("the end of what the cloud knows, and nothing new")
                .containsExactly("raised raised", "updated shelved", "cleared cleared");
        assertThat(plant.last().condition().shelved())
                .contains(new Shelving(
                        new Act("anna", plant.clock.instant(), "seen"),
                        Optional.of(plant.clock.instant().plus(HOUR))));
        assertThat(plant.outcomes).last().as("a shelved alarm counts").isEqualTo(Outcome.ALARMED);

        plant.restart();
        plant.clock.forward(HOUR.minusSeconds(1));
        plant.alarms.tick();
        assertThat(plant.told).hasSize(3);
        plant.clock.forward(Duration.ofSeconds(1));
        plant.alarms.tick();
        plant.alarms.tick();
        plant.score(4, 0.9);

        assertThat(plant.events()).hasSize(4).last().isEqualTo("raised raised");
        assertThat(plant.last().raisedAt()).isEqualTo(Scores.START.plusSeconds(3));
        plant.score(5, 0.1);
        assertThat(plant.last().state()).isEqualTo(Alarm.State.CLEARED);
        assertThat(plant.eventIds()).doesNotHaveDuplicates();
    }

    @Test
    void unshelvingTellsTheCloudAtOnce() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.SHELVE, "mote-1", HOUR).get();
        plant.command(Kind.UNSHELVE).get();

        assertThat(plant.events()).containsExactly("raised raised", "updated shelved", "updated unshelved");
        assertThat(plant.last().condition().shelved()).isEmpty();
    }

    @Test
    void aClockThatGoesBackDoesNotShelveForLongerThanIsAllowed() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.SHELVE, "mote-1", HOUR).get();
        plant.clock.forward(Duration.ofDays(-30));
        plant.alarms.tick();
        plant.clock.forward(Duration.ofHours(8));
        plant.alarms.tick();

        assertThat(plant.events()).last().isEqualTo("updated unshelved");
    }

    @Test
    void takesAnAlarmOutOfServiceAndPutsItBack() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.SUPPRESS).get();
        plant.score(2, 0.1);
        plant.score(3, 0.9);
        plant.restart();
        plant.score(4, 0.9);
        assertThat(plant.events()).containsExactly("raised raised", "updated out-of-service", "cleared cleared");
        assertThat(plant.figure("suppressed")).isEqualTo(1);
        assertThat(plant.alarms.list()).singleElement().extracting(Listed::told).isEqualTo(false);

        plant.command(Kind.UNSUPPRESS).get();

        assertThat(plant.events()).last().isEqualTo("raised raised");
    }

    @Test
    void aResetClearsALatchedAlarmThatHasReturned() throws Exception {
        startWith(rule(true, Duration.ZERO));
        plant.score(1, 0.9);
        refused(plant.command(Kind.RESET), "wrong-state", "still exceeds its limit");
        plant.score(2, 0.1);

        plant.command(Kind.RESET).get();

        assertThat(plant.events()).containsExactly("raised raised", "updated returned", "cleared reset");
        assertThat(plant.figure("active")).isZero();
        plant.restart();
        plant.score(3, 0.1);
        plant.score(4, 0.9);
        assertThat(plant.events()).hasSize(4).last().isEqualTo("raised raised");
        assertThat(plant.eventIds()).doesNotHaveDuplicates();
    }

    @Test
    void tellsAnAlarmAgainWhileNobodyAcknowledgesIt() throws Exception {
        startWith(rule(false, HOUR));
        plant.score(1, 0.9);
        plant.alarms.tick();
        assertThat(plant.told).hasSize(1);
        plant.clock.forward(HOUR);
        plant.alarms.tick();
        plant.alarms.tick();
        plant.restart();
        plant.alarms.tick();
        assertThat(plant.events()).containsExactly("raised raised", "updated realarm");
        plant.clock.forward(HOUR);
        plant.score(2, 0.9);
        assertThat(plant.events()).as("a window does it too").hasSize(3).last().isEqualTo("updated realarm");

        plant.command(Kind.ACKNOWLEDGE).get();
        plant.clock.forward(HOUR);
        plant.alarms.tick();
        plant.score(3, 0.9);

        assertThat(plant.events()).hasSize(4).last().isEqualTo("updated acknowledged");
        assertThat(plant.eventIds()).doesNotHaveDuplicates();
    }

    @Test
    void aCommandWhoseRouteFailsChangesNothing() throws Exception {
        plant.score(1, 0.9);
        plant.sinkFails = true;

        assertThatThrownBy(() -> plant.command(Kind.ACKNOWLEDGE).get())
                .hasMessageContaining("the route from alarm:mote-anomaly failed, and nothing is changed:"
                        + " the cloud route has a fault");

        plant.sinkFails = false;
        plant.restart();
        assertThat(plant.figure("unacknowledged")).isEqualTo(1);
        assertThat(plant.command(Kind.ACKNOWLEDGE).get().told()).isTrue();
        assertThat(plant.figure("updated")).isEqualTo(1);
    }

    @Test
    void theHistoryHasTheNewestChangesFirst() throws Exception {
        plant.score(1, 0.9);
        plant.command(Kind.ACKNOWLEDGE).get();
        plant.score(2, 0.1);

        assertThat(plant.alarms.history(2))
                .extracting(alarm -> alarm.state().text())
                .containsExactly("cleared", "updated");
    }

    @Test
    void anAlarmsIdNamesItAlsoWhenTheAssetHasSlashes() {
        assertThat(Target.of("mote-anomaly/hall/7/2026-01-01T00:00:01Z"))
                .isEqualTo(new Target("mote-anomaly", "hall/7", Optional.of(Instant.parse("2026-01-01T00:00:01Z"))));
        for (String wrong : new String[] {"x", "a/b", "a//2026-01-01T00:00:01Z", "/a/2026-01-01T00:00:01Z", "a/b/c"}) {
            assertThatThrownBy(() -> Target.of(wrong)).hasMessageContaining("alarm is '" + wrong + "'");
        }
    }

    private static void refused(CompletableFuture<Done> command, String reason, String message) {
        assertThatThrownBy(command::get)
                .cause()
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }
}
