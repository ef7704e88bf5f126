package io.qanat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of one process, by libfaketime; its monotonic clock stays as it is, as the kernel's does when somebody
 * sets the time.
 *
 * <p>Threads: any.
 */
final class FakeClock {
    private static final List<Path> LIBRARIES = List.of(
            Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib64/faketime/libfaketimeMT.so.1"));

    private final Path file;

    /** @param file where the library looks for the time */
    FakeClock(Path file) {
        this.file = file;
    }

    /** Whether this machine can do it. */
    static boolean isPossible() {
        return library().isPresent();
    }

    private static Optional<Path> library() {
        return LIBRARIES.stream().filter(Files::exists).findFirst();
    }

    /** @param time as libfaketime reads it, such as {@code -3600} or {@code @1970-01-01 00:01:00} */
    void set(String time) throws IOException {
        Files.writeString(file, time + "\n");
    }

    /** For the process whose clock it is to be. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE", file.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                // Else waits of the JVM, which are by the monotonic clock, end at once.
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "FAKETIME_DONT_RESET", "1",
                "NO_FAKE_STAT", "1",
                "TZ", "UTC");
    }
}
