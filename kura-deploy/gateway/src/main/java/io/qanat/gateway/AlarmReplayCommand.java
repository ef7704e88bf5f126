package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qanat.api.DryRun.Replay;
import io.qanat.api.ModelRef;
import io.qanat.gateway.control.ControlClient;
import io.qanat.gateway.demo.Recording;
import io.qanat.gateway.replay.Label;
import io.qanat.gateway.replay.RecordingFile;
import io.qanat.gateway.replay.SettingGrid;
import io.qanat.gateway.replay.Tuning;
import io.qanat.gateway.replay.TuningChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Which setting of an alarm to choose, told by a recording. */
@Command(
        name = "replay",
        description = "Tries settings of an alarm on a recording: how many alarms per hour each gives, which labelled"
                + " events it misses, how long after its beginning each event is found, and how many alarms are false."
                + " The windows are scored once for all settings.",
        mixinStandardHelpOptions = true)
final class AlarmReplayCommand implements Callable<Integer> {
    @ParentCommand
    private AlarmCommand parent = new AlarmCommand();

    @Mixin
    private DryRunOptions options = new DryRunOptions();

    @Parameters(
            paramLabel = "REC",
            arity = "0..1",
            description = "Readings as JSON Lines, also with gzip, or the demo's CSV. Default: the demo's recording.")
    private @Nullable Path recording;

    @Option(names = "--route", paramLabel = "FILE", description = "Route text. Default: routes/readings-to-alarms.xml.")
    private @Nullable Path route;

    @Option(
            names = "--alarm",
            defaultValue = "",
            paramLabel = "NAME",
            description = "The alarm that is tried. Default: the text's only one.")
    private String alarm = "";

    @Option(
            names = "--set",
            paramLabel = "OPTION=VALUES",
            description =
                    "Values of an option of alarm:, such as raiseAfter=2,3,4; may be given for several options, and"
                            + " all combinations are tried. Default: raiseAfter=1,2,3,4,6.")
    private List<String> choices = List.of("raiseAfter=1,2,3,4,6");

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "The events that an alarm should find, as CSV with the header asset,from,to. Default: those of"
                            + " the recording, where it is the demo's CSV.")
    private @Nullable Path labels;

    @Option(names = "--svg", paramLabel = "FILE", description = "Writes a picture of the scores and the settings.")
    private @Nullable Path picture;

    @Override
    public Integer call() throws Exception {
        List<Map<String, String>> settings = SettingGrid.of(choices);
        Home home = Home.find();
        List<Label> given = labels == null ? List.of() : Label.read(labels);
        try (RecordingFile prepared = RecordingFile.open(recording == null ? home.recording() : recording)) {
            JsonNode answer = options.call(
                    parent.control().data(), "alarm.replay", arguments(home, settings, prepared.readings()));
            Replay replay = ControlClient.read(answer, Replay.class);
            Instant falseFrom = prepared.temporary() ? trainedUntil(home, replay.model()) : replay.from();
            List<Label> events = labels == null ? prepared.events() : given;
            show(answer, Tuning.of(replay, events, prepared.window(), falseFrom));
        }
        return 0;
    }

    private Map<String, Object> arguments(Home home, List<Map<String, String>> settings, Path readings)
            throws IOException {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("route", DryRunOptions.text(route == null ? home.route() : route));
        arguments.put("beside", options.beside());
        arguments.put("alarm", alarm);
        arguments.put("settings", settings);
        arguments.put("recording", readings.toString());
        arguments.put("source", options.source());
        return arguments;
    }

    /** The model of the demo's recording learned from its first rows: what it says of those is no measure. */
    private static Instant trainedUntil(Home home, Optional<ModelRef> model) throws IOException {
        if (model.isEmpty()) {
            return Instant.EPOCH;
        }
        Path manifest = home.models()
                .resolve(model.get().name())
                .resolve(model.get().version())
                .resolve("model.json");
        int rows = Files.isRegularFile(manifest)
                ? new ObjectMapper()
                        .readTree(manifest.toFile())
                        .path("training")
                        .path("trainedBeforeIndex")
                        .asInt()
                : 0;
        return Recording.observedAt(rows);
    }

    private void show(JsonNode answer, Tuning tuning) throws IOException {
        Replay replay = tuning.replay();
        if (options.json()) {
            System.out.println(answer.toPrettyString());
        } else {
            System.out.printf(
                    Locale.ROOT,
                    "Alarm %s on %,d readings from %s to %s, %d labelled events%n%n%s%n",
                    replay.alarm(),
                    replay.readings(),
                    replay.from(),
                    replay.to(),
                    tuning.events().size(),
                    tuning.table());
        }
        if (picture != null) {
            TuningChart.write(picture, tuning);
            System.err.println("The picture is in " + picture);
        }
    }
}
