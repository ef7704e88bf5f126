package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.gateway.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which running gateway a command is for. */
public final class ControlOptions {
    @Option(
            names = "--data",
            defaultValue = "data",
            paramLabel = "FOLDER",
            // Before or after the name of a sub-command.
            scope = ScopeType.INHERIT,
            description = "Data folder of the running gateway. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    /**
     * Asks the gateway that runs on the data folder. Where none runs, one without routes is started over its files, answers
     * and stops: it receives nothing and sends nothing.
     *
     * @throws IOException when there is nothing of a gateway in the folder, or it refuses: the message is the gateway's
     */
    JsonNode callOnlineOrOffline(String operation, Map<String, ?> arguments) throws IOException {
        if (client().isAnswered() || !Files.isRegularFile(data.resolve("store/qanat.db"))) {
            return client().call(operation, arguments);
        }
        System.err.println("No gateway runs on " + data + ": looking into its files.");
        try (Gateway files = Gateway.startWithoutRoutes(Home.find(), data)) {
            return client().call(operation, arguments);
        }
    }

    public ControlClient client() {
        return new ControlClient(data);
    }

    public Path data() {
        return data;
    }
}
