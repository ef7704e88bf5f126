package io.qanat.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What the operator decides about the store. {@link StoreOptions} has the texts.
 *
 * @param directory of the file {@code qanat.db}
 * @param quota bytes that the file's pages may use; 0 for no quota
 * @param commitInterval between two commits, at least; zero for as fast as the disk
 * @param keyFile holds the key that payloads and states are encrypted with; empty for none
 */
record StoreConfig(Path directory, long quota, Duration commitInterval, Optional<Path> keyFile) {
    /** Below this the file's fixed parts and one group would fill the quota. */
    private static final long SMALLEST_QUOTA = 1 << 20;

    /** Above this a sender would often take the gateway for dead. */
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

    StoreConfig {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(keyFile, "keyFile");
        if (quota != 0 && quota < SMALLEST_QUOTA) {
            throw new IllegalArgumentException("quota of io.qanat.store is " + quota
                    + " bytes: it must be 0 for none, or at least " + SMALLEST_QUOTA);
        }
        if (commitInterval.isNegative() || commitInterval.compareTo(LONGEST_INTERVAL) > 0) {
            throw new IllegalArgumentException("commitInterval of io.qanat.store is " + commitInterval.toMillis()
                    + " ms: it must be 0 to " + LONGEST_INTERVAL.toMillis());
        }
    }

    static StoreConfig of(StoreOptions options) {
        if (options.directory().isBlank()) {
            throw new IllegalArgumentException(
                    "configuration io.qanat.store has no directory: set it to where the gateway keeps its data");
        }
        return new StoreConfig(
                Path.of(options.directory()),
                options.quota(),
                Duration.ofMillis(options.commitInterval()),
                options.keyFile().isBlank() ? Optional.empty() : Optional.of(Path.of(options.keyFile())));
    }

    /** All defaults. */
    static StoreConfig in(Path directory) {
        return new StoreConfig(directory, 0, Duration.ZERO, Optional.empty());
    }
}
