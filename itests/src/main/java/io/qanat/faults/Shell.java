package io.qanat.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program of the machine to its end. */
final class Shell {
    private Shell() {}

    /**
     * @return what it printed
     * @throws IOException with what it printed, when it does not end with 0
     */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + " failed: " + output.strip());
        }
        return output;
    }
}
