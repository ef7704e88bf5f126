package io.qanat.faults;

/**
 * What a fault did, by the sets of ids of publisher and receivers.
 *
 * @param fault its name
 * @param published readings that the broker had acknowledged to the motes
 * @param lostReadings of them without an outcome, and not open in a window either
 * @param lostFor of those that were rejected or dropped, the reasons; the motes send nothing wrong
 * @param alarms that were stored for an endpoint
 * @param lostAlarms of them that did not arrive at both endpoints
 * @param duplicates events that an endpoint got once more, with the same id
 * @param redelivered readings that came once more and were told from new ones
 * @param balanced whether both ledgers balance
 * @param residentMiB the most memory that the gateway's last process had resident, in MiB
 * @param secondsToRecover from the end of the fault until everything published before was through
 */
public record Verdict(
        String fault,
        long published,
        long lostReadings,
        String lostFor,
        long alarms,
        long lostAlarms,
        long duplicates,
        long redelivered,
        boolean balanced,
        long residentMiB,
        double secondsToRecover) {
    /** What a gateway with a heap of 256 MiB may have resident, whatever befalls it. */
    static final long MOST_MIB = 512;

    public boolean memoryBounded() {
        return residentMiB < MOST_MIB;
    }

    public boolean nothingLost() {
        return lostReadings == 0 && lostAlarms == 0 && balanced;
    }

    /** For a table. */
    String line() {
        return "%-58s %,7d readings, %,4d alarms: %d%s and %d lost, %d duplicated, %d redelivered, %s, %d MiB, %.1f s"
                .formatted(
                        fault,
                        published,
                        alarms,
                        lostReadings,
                        lostFor,
                        lostAlarms,
                        duplicates,
                        redelivered,
                        balanced ? "balanced" : "NOT BALANCED",
                        residentMiB,
                        secondsToRecover);
    }
}
