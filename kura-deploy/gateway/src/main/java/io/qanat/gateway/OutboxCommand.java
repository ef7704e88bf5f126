package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The messages that wait for their endpoints. */
@Command(
        name = "outbox",
        description = "Lists, shows, retries and gives up the messages that wait for cloud endpoints, of a running"
                + " gateway or in the files of a stopped one.",
        mixinStandardHelpOptions = true)
public final class OutboxCommand {
    private static final String COLUMNS = "%10s  %-16s %-9s %-15s %5s  %-28s %s%n";

    @Mixin
    private ControlOptions control = new ControlOptions();

    /** Which messages. */
    static final class Choice {
        @Option(names = "--endpoint", defaultValue = "", description = "Only of this endpoint.")
        private String endpoint = "";

        @Option(
                names = "--priority",
                defaultValue = "",
                description = "Only of this class: low, medium, high, critical.")
        private String priority = "";

        @Option(
                names = "--state",
                defaultValue = "",
                description = "Only in this state: pending, parked-tries, parked-refused.")
        private String state = "";

        @Option(names = "--limit", defaultValue = "100", description = "The oldest so many. Default: ${DEFAULT-VALUE}.")
        private int limit = 100;

        Map<String, Object> arguments() {
            return Map.of("endpoint", endpoint, "priority", priority, "state", state, "limit", limit);
        }
    }

    @Command(name = "list", description = "Lists messages, the oldest first.", mixinStandardHelpOptions = true)
    void list(@Mixin Choice choice) throws IOException {
        System.out.printf(COLUMNS, "sequence", "endpoint", "class", "state", "tries", "created", "id");
        for (JsonNode entry : control.callOnlineOrOffline("outbox.list", choice.arguments())) {
            System.out.printf(
                    COLUMNS,
                    entry.path("sequence").asText(),
                    entry.path("endpoint").asText(),
                    entry.path("priority").asText(),
                    entry.path("state").asText(),
                    entry.path("tries").asText(),
                    entry.path("createdAt").asText(),
                    entry.path("id").asText());
        }
    }

    @Command(name = "show", description = "Shows one message whole.", mixinStandardHelpOptions = true)
    void show(@Parameters(paramLabel = "SEQUENCE", description = "As list gives it.") long sequence)
            throws IOException {
        System.out.println(control.callOnlineOrOffline("outbox.show", Map.of("sequence", sequence))
                .toPrettyString());
    }

    @Command(
            name = "retry",
            description = "Has parked messages sent again, with as many tries as new ones.",
            mixinStandardHelpOptions = true)
    void retry(@Mixin Choice choice) throws IOException {
        System.out.println(
                control.callOnlineOrOffline("outbox.retry", choice.arguments()).asLong() + " messages are tried again");
    }

    @Command(
            name = "purge",
            description = "Gives messages up for good; they are counted dropped(purged).",
            mixinStandardHelpOptions = true)
    void purge(@Mixin Choice choice) throws IOException {
        System.out.println(
                control.callOnlineOrOffline("outbox.purge", choice.arguments()).asLong() + " messages are given up");
    }
}
