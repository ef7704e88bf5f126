package io.qanat.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An alarm of a dry run.
 *
 * @param name which alarm, as the route names it
 * @param asset what it is about
 * @param raisedAt {@code observedAt} of the reading that raised it
 * @param clearedAt {@code observedAt} of the reading that cleared it; empty when it was active to the end
 * @param peak the highest score that a change of it told
 * @param threshold from which it was raised
 */
public record DryRunAlarm(
        String name, String asset, Instant raisedAt, Optional<Instant> clearedAt, double peak, double threshold) {
    public DryRunAlarm {
        Require.text(name, "name");
        Require.text(asset, "asset");
        Objects.requireNonNull(raisedAt, "raisedAt");
        Objects.requireNonNull(clearedAt, "clearedAt");
    }

    /** Whether both are about the same, and were active at one time. */
    public boolean meets(DryRunAlarm other) {
        return name.equals(other.name)
                && asset.equals(other.asset)
                && !raisedAt.isAfter(other.end())
                && !other.raisedAt.isAfter(end());
    }

    private Instant end() {
        return clearedAt.orElse(Instant.MAX);
    }
}
