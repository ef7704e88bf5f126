package io.qanat.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** An instant as the file has it: microseconds since 1970. */
final class Micros {
    private Micros() {}

    static long of(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static Instant toInstant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
