package io.qanat.routes.dryrun;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of a recording: that of the newest reading so far. Threads: any; one moves it. */
final class ReplayClock extends Clock {
    private volatile Instant now = Instant.EPOCH;

    void reach(Instant observedAt) {
        if (observedAt.isAfter(now)) {
            now = observedAt;
        }
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
