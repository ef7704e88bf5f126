package io.qanat.faults;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The disk under the gateway's store fails. */
final class DiskFaults {
    private static final int AFTERWARDS = 50;

    private DiskFaults() {}

    /** Something that happens to a disk under a running gateway; the gateway runs afterwards. */
    @FunctionalInterface
    private interface Trouble {
        void happen(LoopDisk disk) throws Exception;
    }

    static void losePower(Plant plant) throws Exception {
        onDiskOfItsOwn(plant, disk -> {
            Shell.run("kill", "-STOP", Long.toString(plant.gateway().pid()));
            disk.powerFails();
            plant.gateway().kill();
            disk.powerReturns();
            plant.startGateway();
        });
    }

    static void fillUp(Plant plant) throws Exception {
        onDiskOfItsOwn(plant, disk -> {
            disk.fill();
            TimeUnit.SECONDS.sleep(5);
            disk.free();
        });
    }

    /** As ext4 does with a card that fails; nothing is written any more until somebody has checked the disk. */
    static void turnReadOnly(Plant plant) throws Exception {
        onDiskOfItsOwn(plant, disk -> {
            disk.turnReadOnly();
            TimeUnit.SECONDS.sleep(3);
            plant.gateway().kill();
            disk.check();
            plant.startGateway();
        });
    }

    /** Moves the store onto the disk for the time of the trouble, and back when all that came meanwhile is through. */
    private static void onDiskOfItsOwn(Plant plant, Trouble trouble) throws Exception {
        plant.gateway().close();
        Path store = plant.data().resolve("store");
        try (LoopDisk disk = LoopDisk.under(store, plant.data().resolveSibling("disk.img"))) {
            plant.startGateway();
            plant.awaitPublished(200);
            trouble.happen(disk);
            plant.awaitPublished(AFTERWARDS);
            plant.awaitThrough();
            plant.gateway().close();
            Shell.run("cp", "-a", store.toString(), store + "-kept");
        }
        Shell.run("cp", "-a", store + "-kept/.", store.toString());
        plant.startGateway();
    }
}
