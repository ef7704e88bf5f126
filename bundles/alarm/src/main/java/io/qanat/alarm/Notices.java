package io.qanat.alarm;

import io.qanat.api.Alarm;
import io.qanat.api.Alarm.Level;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is told of an alarm, and when it is not.
 *
 * @param severities by level
 * @param peakStep how much higher than the peak that was told last a new one is told, a score above 0; 0: peaks are not told
 * @param latch whether the alarm stays active until a person resets it
 * @param acknowledge whether a person must acknowledge it
 * @param realarm after which time it is told again while it is active and unacknowledged, by the gateway's clock; zero: never
 * @param maxShelve the longest time for which it may be shelved
 * @param suppressedBy names of alarms: while one of them is active for the same asset, nothing is told of this one
 * @param flood when single alarms are no longer told; empty: always
 */
public record Notices(
        Severities severities,
        double peakStep,
        boolean latch,
        boolean acknowledge,
        Duration realarm,
        Duration maxShelve,
        List<String> suppressedBy,
        Optional<FloodLimit> flood) {
    private static final Duration SHIFT = Duration.ofHours(8);

    /** Raised and cleared, both at medium severity. */
    public static final Notices DEFAULT =
            of(new Severities(Alarm.DEFAULT_SEVERITY, Alarm.DEFAULT_SEVERITY, Alarm.DEFAULT_SEVERITY));

    /**
     * How urgent an alarm is, 1 to 1000 as in OPC UA.
     *
     * @param high above the first limit
     * @param highHigh above the second
     * @param rate when it rises too fast
     */
    public record Severities(int high, int highHigh, int rate) {
        public Severities {
            Require.severity(high, "severity");
            Require.severity(highHigh, "highHighSeverity");
            Require.severity(rate, "rateSeverity");
        }

        int of(Level level) {
            return switch (level) {
                case HIGH_HIGH -> highHigh;
                case RATE -> rate;
                default -> high;
            };
        }
    }

    /**
     * From when on there are too many alarms to look at.
     *
     * @param alarms how many new ones of all assets are told one by one, at least 1
     * @param period within how long, in the source's time
     */
    public record FloodLimit(int alarms, Duration period) {
        private static final int MOST = 10_000;

        public FloodLimit {
            if (alarms < 1 || alarms > MOST) {
                throw new IllegalArgumentException("floodLimit is " + alarms + ": it must be 1 to " + MOST + " alarms");
            }
            Require.notNegative(period, "floodPeriod");
            if (period.isZero()) {
                throw new IllegalArgumentException("floodPeriod is 0 ms: it must be more");
            }
        }
    }

    public Notices {
        Objects.requireNonNull(severities, "severities");
        Objects.requireNonNull(flood, "flood");
        Require.finite(peakStep, "peakStep");
        if (peakStep < 0) {
            throw new IllegalArgumentException("peakStep is " + peakStep + ": it must not be negative");
        }
        Require.notNegative(realarm, "realarm");
        Require.notNegative(maxShelve, "maxShelve");
        suppressedBy = List.copyOf(suppressedBy);
    }

    /** With every change told but peaks. */
    public static Notices of(Severities severities) {
        return new Notices(severities, 0, false, true, Duration.ZERO, SHIFT, List.of(), Optional.empty());
    }
}
