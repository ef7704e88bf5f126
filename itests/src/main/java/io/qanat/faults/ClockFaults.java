package io.qanat.faults;

import java.time.Duration;
import java.time.Instant;

/** The gateway's wall clock is wrong, or is set. */
final class ClockFaults {
    private static final String RIGHT = "+0";

    private ClockFaults() {}

    static void jumpForward(Plant plant) throws Exception {
        jump(plant, Duration.ofHours(1));
    }

    static void jumpBack(Plant plant) throws Exception {
        jump(plant, Duration.ofHours(-1));
    }

    private static void jump(Plant plant, Duration by) throws Exception {
        FakeClock clock = restart(plant, RIGHT);
        plant.awaitPublished(100);
        clock.set("%+d".formatted(by.toSeconds()));
        plant.awaitClock(() -> Instant.now().plus(by));
        plant.awaitPublished(200);
    }

    /** As a board without a battery for its clock starts, until the network tells it the time. */
    static void startInThePast(Plant plant) throws Exception {
        FakeClock clock = restart(plant, "@1970-01-01 00:01:00");
        plant.awaitClock(() -> Instant.EPOCH.plusSeconds(60));
        plant.awaitPublished(200);
        clock.set(RIGHT);
        plant.awaitClock(Instant::now);
        plant.awaitPublished(200);
    }

    private static FakeClock restart(Plant plant, String time) throws Exception {
        FakeClock clock = new FakeClock(plant.data().resolveSibling("clock"));
        clock.set(time);
        plant.gateway().close();
        plant.startGateway(clock);
        return clock;
    }
}
