package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.DryRun.Report;
import io.qanat.gateway.control.ControlClient;
import io.qanat.gateway.replay.RecordingFile;
import io.qanat.gateway.replay.ReportText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What a route text would do, told by a recording. */
@Command(
        name = "dry-run",
        description = "Runs a route text on recorded readings and shows what it would have raised and sent, beside what"
                + " the running one did on the same. Nothing is received, stored or sent.",
        mixinStandardHelpOptions = true)
final class RouteDryRunCommand implements Callable<Integer> {
    @ParentCommand
    private RouteCommand parent = new RouteCommand();

    @Mixin
    private DryRunOptions options = new DryRunOptions();

    @Parameters(paramLabel = "FILE", description = "Route text.")
    private Path file = Path.of("");

    @Option(
            names = "--recording",
            paramLabel = "REC",
            description = "Readings as JSON Lines, also with gzip, or the demo's CSV. Default: the demo's recording.")
    private @Nullable Path recording;

    @Option(
            names = "--against",
            paramLabel = "FILE|NAME",
            description = "Text to compare with: a file, or the name of a running one. Default: the running text of the"
                    + " same file name.")
    private @Nullable String against;

    @Option(
            names = "--show",
            paramLabel = "N",
            defaultValue = "0",
            description = "Shows the first N payloads for each endpoint, 0 to 100. Default: ${DEFAULT-VALUE}.")
    private int show;

    @Override
    public Integer call() throws Exception {
        Path readings = recording == null ? Home.find().recording() : recording;
        try (RecordingFile prepared = RecordingFile.open(readings)) {
            JsonNode answer = options.call(parent.control().data(), "route.dryRun", arguments(prepared.readings()));
            Report report = ControlClient.read(answer, Report.class);
            System.out.println(options.json() ? answer.toPrettyString() : ReportText.of(report));
        }
        return 0;
    }

    private Map<String, Object> arguments(Path readings) throws IOException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("candidate", DryRunOptions.text(file));
        arguments.put("againstName", String.valueOf(file.getFileName()));
        if (against != null && Files.isRegularFile(Path.of(against))) {
            arguments.put("against", DryRunOptions.text(Path.of(against)));
        } else if (against != null) {
            arguments.put("againstName", against);
        }
        arguments.put("beside", options.beside());
        arguments.put("recording", readings.toString());
        arguments.put("source", options.source());
        arguments.put("show", show);
        return arguments;
    }
}
