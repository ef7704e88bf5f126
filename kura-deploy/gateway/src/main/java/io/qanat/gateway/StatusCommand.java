package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the running gateway says of itself. */
@Command(
        name = "status",
        description =
                "Shows the stages and both ledgers of the running gateway, or the ledgers in the files of a stopped one.",
        mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
    @Mixin
    private ControlOptions control = new ControlOptions();

    @Option(names = "--json", description = "As JSON, for programs.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        JsonNode status = control.callOnlineOrOffline("status", Map.of());
        System.out.println(json ? status.toPrettyString() : text(status));
        return 0;
    }

    private static String text(JsonNode status) {
        StringBuilder text = new StringBuilder();
        Map<String, JsonNode> stages = new TreeMap<>();
        status.path("stages").forEach(stage -> stages.put(stage.path("stage").asText(), stage));
        stages.forEach((name, stage) -> {
            text.append(name).append('\n');
            append(text, stage.path("facts"));
            append(text, stage.path("figures"));
        });
        text.append("input ledger\n");
        append(text, status.path("input"));
        text.append("delivery ledger\n");
        append(text, status.path("delivery"));
        return text.toString().stripTrailing();
    }

    private static void append(StringBuilder text, JsonNode values) {
        Map<String, String> sorted = new TreeMap<>();
        values.fields()
                .forEachRemaining(field -> sorted.put(
                        field.getKey(),
                        field.getValue().isTextual()
                                ? field.getValue().asText()
                                : field.getValue().toString()));
        sorted.forEach((name, value) ->
                text.append("  %-22s %s%n".formatted(name, value.replace("\n", "\n" + " ".repeat(25)))));
    }
}
