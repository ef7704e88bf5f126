package io.qanat.gateway;

import io.qanat.gateway.control.ControlClient;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which running gateway a command is for. */
public final class ControlOptions {
    @Option(
            names = "--data",
            defaultValue = "data",
            paramLabel = "FOLDER",
            description = "Data folder of the running gateway. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    public ControlClient client() {
        return new ControlClient(data);
    }

    public Path data() {
        return data;
    }
}
