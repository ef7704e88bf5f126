package io.qanat.alarm.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * From whom commands are taken.
 *
 * @param operators the folder with their files; empty: from nobody
 * @param audience what the tokens' {@code aud} must be, so that a token for one gateway is none for another; empty: anything
 * @param maxLifetime the longest time from a token's {@code iat} to its {@code exp}
 */
public record CommandConfig(Optional<Path> operators, String audience, Duration maxLifetime) {
    private static final Duration LONGEST = Duration.ofHours(24);

    public CommandConfig {
        Objects.requireNonNull(operators, "operators");
        Objects.requireNonNull(audience, "audience");
        if (maxLifetime.isNegative() || maxLifetime.isZero() || maxLifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("maxLifetimeSeconds is " + maxLifetime.toSeconds() + ": it must be 1 to "
                    + LONGEST.toSeconds() + ", a day");
        }
    }
}
