package io.qanat.faults;

import java.util.function.BooleanSupplier;

/** What befalls a plant while its motes publish; each constant causes the fault and ends it again. */
public enum Fault {
    GATEWAY_KILLED("kill -9 of the gateway, five times", ProcessFaults::killGateway),
    GATEWAY_STOPPED("gateway stopped as a service and started", ProcessFaults::stopGateway),
    BROKER_KILLED("kill -9 of the broker", ProcessFaults::killBroker),
    BROKER_DOWN_AT_START("broker down when the gateway starts", ProcessFaults::startWithoutBroker),
    DESCRIPTORS_EXHAUSTED(
            "no file descriptors left for 3 s, connections reset",
            ProcessFaults::exhaustDescriptors,
            ProcessFaults::canLimitDescriptors),
    NETWORK_RESET("connection reset, three times", NetworkFaults::reset),
    NETWORK_SILENT("half-open connection for 3 s, then reset", NetworkFaults::goSilent),
    NETWORK_CUT("network cut for 5 s", NetworkFaults::cut, Firewall::isPossible),
    PACKETS_LOST("20 % of the packets lost for 10 s", NetworkFaults::losePackets, Firewall::isPossible),
    ENDPOINT_REFUSES("web hook answers 500 for 3 s", EndpointFaults::refuse),
    ENDPOINT_SLOW("web hook takes 1 s for each answer, for 5 s", EndpointFaults::slowDown),
    ROUTES_SWAPPED("routes swapped under load, five times", SoftwareFaults::swapRoutes),
    BUNDLES_UPDATED("every bundle of a stage updated under load", SoftwareFaults::updateBundles),
    POWER_LOST("power cut: only what was flushed to the disk survives", DiskFaults::losePower, LoopDisk::isPossible),
    DISK_FULL("disk full for 5 s", DiskFaults::fillUp, LoopDisk::isPossible),
    DISK_READ_ONLY(
            "disk turns read-only; checked, and the gateway restarted", DiskFaults::turnReadOnly, LoopDisk::isPossible),
    CLOCK_FORWARD("clock jumps an hour forward", ClockFaults::jumpForward, FakeClock::isPossible),
    CLOCK_BACK("clock jumps an hour back", ClockFaults::jumpBack, FakeClock::isPossible),
    CLOCK_IN_THE_PAST("clock in 1970 at the start, then set", ClockFaults::startInThePast, FakeClock::isPossible),
    OVERSIZED_PAYLOADS(
            "20 payloads of 1 MB among the readings", plant -> plant.motes().publishOversized(20));

    private static final int AFTERWARDS = 50;

    private final String text;
    private final Befalling befalling;
    private final BooleanSupplier possible;

    Fault(String text, Befalling befalling) {
        this(text, befalling, () -> true);
    }

    Fault(String text, Befalling befalling, BooleanSupplier possible) {
        this.text = text;
        this.befalling = befalling;
        this.possible = possible;
    }

    /** Causes a fault and ends it; the gateway runs afterwards, and recovers by itself. */
    @FunctionalInterface
    interface Befalling {
        void befall(Plant plant) throws Exception;
    }

    /** What happens, for a table. */
    public String text() {
        return text;
    }

    /** Whether this machine can do it. */
    boolean isPossible() {
        return possible.getAsBoolean();
    }

    /**
     * Lets it happen in a plant under load.
     *
     * @return seconds from its end until motes publish again and everything published by then is through
     */
    public double inflict(Plant plant) throws Exception {
        befalling.befall(plant);
        long end = System.nanoTime();
        plant.awaitPublished(AFTERWARDS);
        plant.awaitThrough();
        return (System.nanoTime() - end) / 1e9;
    }
}
