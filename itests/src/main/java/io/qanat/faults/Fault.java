package io.qanat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What befalls a plant while its motes publish; each constant causes the fault and ends it again. */
public enum Fault {
    GATEWAY_KILLED("kill -9 of the gateway") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.gateway().kill();
            plant.awaitPublished(100);
            plant.startGateway();
        }
    },
    GATEWAY_STOPPED("gateway stopped as a service and started") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.gateway().close();
            plant.awaitPublished(100);
            plant.startGateway();
        }
    },
    BROKER_KILLED("kill -9 of the broker") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.broker().kill();
            TimeUnit.SECONDS.sleep(1);
            plant.broker().start();
        }
    },
    BROKER_DOWN_AT_START("broker down when the gateway starts") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.gateway().close();
            plant.broker().kill();
            plant.gateway().start();
            TimeUnit.SECONDS.sleep(2);
            plant.broker().start();
        }
    },
    NETWORK_RESET("connection reset, three times") {
        @Override
        void happen(Plant plant) throws Exception {
            for (int i = 0; i < 3; i++) {
                plant.network().reset();
                plant.awaitPublished(50);
            }
        }
    },
    NETWORK_SILENT("half-open connection for 3 s, then reset") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.network().silent(true);
            TimeUnit.SECONDS.sleep(3);
            plant.network().reset();
            plant.network().silent(false);
        }
    },
    ENDPOINT_REFUSES("web hook answers 500 for 3 s") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.receivers().answer(500);
            TimeUnit.SECONDS.sleep(3);
            plant.receivers().answer(204);
        }
    },
    ROUTES_SWAPPED("routes swapped under load, five times") {
        @Override
        void happen(Plant plant) throws Exception {
            for (int i = 0; i < 5; i++) {
                plant.gateway().loadRoutes(plant.routes());
                plant.awaitPublished(50);
            }
        }
    },
    DESCRIPTORS_EXHAUSTED("no file descriptors left for 3 s, connections reset") {
        @Override
        void happen(Plant plant) throws Exception {
            long pid = plant.gateway().pid();
            limitDescriptors(pid, openDescriptors(pid));
            plant.network().reset();
            TimeUnit.SECONDS.sleep(3);
            limitDescriptors(pid, DESCRIPTORS);
        }

        @Override
        boolean isPossible() {
            return Files.isExecutable(Path.of("/usr/bin/prlimit"));
        }
    },
    POWER_LOST("power cut: only what was flushed to the disk survives") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.gateway().close();
            Path store = plant.data().resolve("store");
            try (LoopDisk disk = LoopDisk.under(store, plant.data().resolveSibling("disk.img"))) {
                plant.startGateway();
                plant.awaitPublished(200);
                LoopDisk.run("kill", "-STOP", Long.toString(plant.gateway().pid()));
                disk.powerFails();
                plant.gateway().kill();
                disk.powerReturns();
                plant.startGateway();
                plant.awaitPublished(AFTERWARDS);
                plant.awaitThrough();
                plant.gateway().close();
                LoopDisk.run("cp", "-a", store.toString(), store + "-kept");
            }
            LoopDisk.run("cp", "-a", store + "-kept/.", store.toString());
            plant.startGateway();
        }

        @Override
        boolean isPossible() {
            return LoopDisk.isPossible();
        }
    },
    OVERSIZED_PAYLOADS("20 payloads of 1 MB among the readings") {
        @Override
        void happen(Plant plant) throws Exception {
            plant.motes().publishOversized(20);
        }
    };

    private static final long DESCRIPTORS = 4096;
    private static final int AFTERWARDS = 50;

    private final String text;

    Fault(String text) {
        this.text = text;
    }

    /** What happens, for a table. */
    public String text() {
        return text;
    }

    /** Whether this machine can do it. */
    boolean isPossible() {
        return true;
    }

    /** Causes the fault and ends it; the gateway runs afterwards, and recovers by itself. */
    abstract void happen(Plant plant) throws Exception;

    /**
     * Lets it happen in a plant under load.
     *
     * @return seconds from its end until motes publish again and everything published by then is through
     */
    public double inflict(Plant plant) throws Exception {
        happen(plant);
        long end = System.nanoTime();
        plant.awaitPublished(AFTERWARDS);
        plant.awaitThrough();
        return (System.nanoTime() - end) / 1e9;
    }

    private static long openDescriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    private static void limitDescriptors(long pid, long limit) throws IOException, InterruptedException {
        Process prlimit = new ProcessBuilder(
                        List.of("/usr/bin/prlimit", "--pid", Long.toString(pid), "--nofile=" + limit + ":"))
                .inheritIO()
                .start();
        if (prlimit.waitFor() != 0) {
            throw new IOException("prlimit could not set the limit of process " + pid + " to " + limit);
        }
    }
}
