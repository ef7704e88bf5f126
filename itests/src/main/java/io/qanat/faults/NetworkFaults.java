package io.qanat.faults;

import java.util.concurrent.TimeUnit;

/** The network between broker and gateway fails. */
final class NetworkFaults {
    private NetworkFaults() {}

    static void reset(Plant plant) throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            plant.network().reset();
            plant.awaitPublished(50);
        }
    }

    static void goSilent(Plant plant) throws InterruptedException {
        plant.network().silent(true);
        TimeUnit.SECONDS.sleep(3);
        plant.network().reset();
        plant.network().silent(false);
    }

    /** Connections that outlive it go on by themselves: nobody resets them. */
    static void cut(Plant plant) throws Exception {
        try (Firewall all = Firewall.dropping(plant.network().port(), 1)) {
            TimeUnit.SECONDS.sleep(5);
            all.requireDropped();
        }
    }

    static void losePackets(Plant plant) throws Exception {
        try (Firewall some = Firewall.dropping(plant.network().port(), 0.2)) {
            TimeUnit.SECONDS.sleep(10);
            some.requireDropped();
        }
    }
}
