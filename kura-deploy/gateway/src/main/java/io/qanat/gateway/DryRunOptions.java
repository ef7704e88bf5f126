package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.gateway.control.ControlClient;
import io.qanat.gateway.replay.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a dry run runs, and what with. */
final class DryRunOptions {
    @Option(
            names = "--with",
            paramLabel = "FILE",
            description =
                    "A further route text that runs along, such as one that direct: leads to; may be given several"
                            + " times.")
    private List<Path> beside = List.of();

    @Option(
            names = "--source",
            defaultValue = "",
            paramLabel = "NAME",
            description = "Only the source of this name gets the readings. Default: all sources.")
    private String source = "";

    @Mixin
    private ConnectorOptions connectors = new ConnectorOptions();

    @Option(names = "--json", description = "As JSON, for programs.")
    private boolean json;

    boolean json() {
        return json;
    }

    String source() {
        return source;
    }

    List<Map<String, String>> beside() throws IOException {
        List<Map<String, String>> texts = new ArrayList<>();
        for (Path file : beside) {
            texts.add(text(file));
        }
        return texts;
    }

    /** A route text as an argument. */
    static Map<String, String> text(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no route text " + file);
        }
        return Map.of("name", String.valueOf(file.getFileName()), "text", Files.readString(file));
    }

    /**
     * Asks the running gateway; when none runs on the folder, one without routes is started for this alone, with the models
     * and the configuration of the folder.
     *
     * @param data its folder
     */
    JsonNode call(Path data, String operation, Map<String, ?> arguments) throws IOException {
        ControlClient running = new ControlClient(data);
        if (running.isAnswered()) {
            return new Trial(running).call(operation, arguments);
        }
        Home home = Home.find();
        connectors.check(home);
        try (TemporaryFolder scratch = TemporaryFolder.create("qanat-dry");
                Gateway gateway = Gateway.startToTry(home, scratch.path(), data, Map.of())) {
            connectors.install(gateway, home);
            return new Trial(new ControlClient(scratch.path())).call(operation, arguments);
        }
    }
}
