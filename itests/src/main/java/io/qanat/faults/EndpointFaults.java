package io.qanat.faults;

import java.util.concurrent.TimeUnit;

/** The web hook that alarms are posted to misbehaves. */
final class EndpointFaults {
    private EndpointFaults() {}

    static void refuse(Plant plant) throws InterruptedException {
        plant.receivers().answer(500);
        TimeUnit.SECONDS.sleep(3);
        plant.receivers().answer(204);
    }

    static void slowDown(Plant plant) throws InterruptedException {
        plant.receivers().delay(1_000);
        TimeUnit.SECONDS.sleep(5);
        plant.receivers().delay(0);
    }
}
