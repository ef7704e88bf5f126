package io.qanat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Processes that end, come back, or run out of what the operating system gives them. */
final class ProcessFaults {
    private static final String PRLIMIT = "/usr/bin/prlimit";
    private static final long DESCRIPTORS = 4096;

    private ProcessFaults() {}

    /** Once for each stage, in a moment in which something is in flight there. */
    static void killGateway(Plant plant) throws Exception {
        for (InFlight stage : InFlight.values()) {
            StoreFile file = plant.awaitInFlight(stage);
            plant.gateway().kill();
            System.out.printf("  killed with %s: %s%n", stage.text(), file.summary());
            plant.awaitPublished(100);
            plant.startGateway();
        }
    }

    static void stopGateway(Plant plant) throws Exception {
        plant.gateway().close();
        plant.awaitPublished(100);
        plant.startGateway();
    }

    static void killBroker(Plant plant) throws Exception {
        plant.broker().kill();
        TimeUnit.SECONDS.sleep(1);
        plant.broker().start();
    }

    static void startWithoutBroker(Plant plant) throws Exception {
        plant.gateway().close();
        plant.broker().kill();
        plant.gateway().start();
        TimeUnit.SECONDS.sleep(2);
        plant.broker().start();
    }

    static boolean canLimitDescriptors() {
        return Files.isExecutable(Path.of(PRLIMIT));
    }

    static void exhaustDescriptors(Plant plant) throws Exception {
        long pid = plant.gateway().pid();
        limitDescriptors(pid, openDescriptors(pid));
        plant.network().reset();
        TimeUnit.SECONDS.sleep(3);
        limitDescriptors(pid, DESCRIPTORS);
    }

    private static long openDescriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    private static void limitDescriptors(long pid, long limit) throws IOException, InterruptedException {
        Shell.run(PRLIMIT, "--pid", Long.toString(pid), "--nofile=" + limit + ":");
    }
}
