package io.qanat.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** What 100,000 assets cost. Bytes are those that the thread allocated, so the machine's load does not matter. */
class ManyPointsTest {
    private static final int POINTS = 100_000;
    private static final AlarmRule RULE = new AlarmRule(OptionalDouble.empty(), OptionalDouble.empty(), 2, 4);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final AlarmStage stage =
            new RunningAlarms(new MemoryStates(), Clock.systemUTC()).enter("mote-anomaly", RULE);

    @Test
    void aWindowThatChangesNothingAllocatesNothing() {
        Score quiet = Scores.score("mote-1", 1, 0.1);
        Journey journey = Scores.journey(1, false);
        accept(quiet, journey);
        long before = threads.getCurrentThreadAllocatedBytes();
        accept(quiet, journey);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(bytes).as("for %d windows", POINTS).isLessThan(POINTS / 100L);
    }

    private void accept(Score score, Journey journey) {
        for (int i = 0; i < POINTS; i++) {
            stage.accept(RULE, score, journey);
        }
    }

    @Test
    void aPointThatIsActiveIsSmall() {
        for (int i = 0; i < POINTS; i++) {
            stage.accept(RULE, Scores.score("mote-" + i, 1, 0.9), Scores.journey(i, false));
            stage.accept(RULE, Scores.score("mote-" + i, 2, 0.9), Scores.journey(i, false));
        }
        long used = used();
        System.out.printf("%d active alarms, with the JVM: %d bytes each%n", POINTS, used / POINTS);

        assertThat(used / POINTS).isLessThan(2_000);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
