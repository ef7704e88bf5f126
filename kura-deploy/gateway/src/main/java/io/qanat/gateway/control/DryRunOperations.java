package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.api.DryRun;
import io.qanat.api.DryRun.Recording;
import io.qanat.api.DryRun.ReplayRequest;
import io.qanat.api.DryRun.Request;
import io.qanat.api.DryRun.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What can be asked about routes that do not run. */
final class DryRunOperations {
    private DryRunOperations() {}

    static Map<String, Operation> of(Supplier<DryRun> dryRun) {
        return Map.of(
                "route.dryRun", arguments -> dryRun.get().compare(request(arguments)),
                "alarm.replay", arguments -> dryRun.get().replay(replay(arguments)),
                "dryRun.progress", arguments -> dryRun.get().progress());
    }

    private static Request request(JsonNode arguments) {
        return new Request(
                text(arguments.path("candidate")),
                arguments.has("against") ? Optional.of(text(arguments.path("against"))) : Optional.empty(),
                GatewayOperations.text(arguments, "againstName"),
                texts(arguments.path("beside")),
                recording(arguments),
                arguments.path("show").asInt());
    }

    private static ReplayRequest replay(JsonNode arguments) {
        return new ReplayRequest(
                text(arguments.path("route")),
                texts(arguments.path("beside")),
                GatewayOperations.text(arguments, "alarm"),
                settings(arguments.path("settings")),
                recording(arguments));
    }

    private static Recording recording(JsonNode arguments) {
        return new Recording(
                Path.of(GatewayOperations.text(arguments, "recording")), GatewayOperations.text(arguments, "source"));
    }

    private static Text text(JsonNode value) {
        return new Text(GatewayOperations.text(value, "name"), GatewayOperations.text(value, "text"));
    }

    private static List<Text> texts(JsonNode values) {
        List<Text> texts = new ArrayList<>();
        values.forEach(value -> texts.add(text(value)));
        return texts;
    }

    private static List<Map<String, String>> settings(JsonNode values) {
        List<Map<String, String>> settings = new ArrayList<>();
        for (JsonNode value : values) {
            Map<String, String> setting = new HashMap<>();
            value.fields()
                    .forEachRemaining(field ->
                            setting.put(field.getKey(), field.getValue().asText()));
            settings.add(setting);
        }
        return settings;
    }
}
