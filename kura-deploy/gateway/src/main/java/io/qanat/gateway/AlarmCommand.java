package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The alarms of the running gateway. */
@Command(
        name = "alarm",
        description = "Lists alarms of the running gateway, acknowledges, shelves, resets and suppresses them; tries"
                + " settings on a recording.",
        mixinStandardHelpOptions = true,
        subcommands = {AlarmTokenCommand.class, AlarmReplayCommand.class})
public final class AlarmCommand {
    private static final String LIST = "%-9s %-14s %5s  %-16s %-24s %s%n";
    private static final String HISTORY = "%-30s %-8s %-15s %-9s %5s  %s%n";

    @Mixin
    private ControlOptions control = new ControlOptions();

    ControlOptions control() {
        return control;
    }

    /** Of which alarm, by whom and why. */
    static final class About {
        @Parameters(paramLabel = "ALARM", description = "Its id, or NAME/ASSET, as list has them.")
        private String alarm = "";

        @Option(names = "--by", description = "Who does it. Default: ${DEFAULT-VALUE}.")
        private String by = System.getProperty("user.name", "operator");

        @Option(names = "--comment", defaultValue = "", description = "Why; the cloud is told.")
        private String comment = "";

        Map<String, Object> arguments(String command, String duration) {
            return Map.of("command", command, "alarm", alarm, "by", by, "comment", comment, "duration", duration);
        }
    }

    @Command(
            name = "list",
            description = "Lists alarms that are active, or wait for an acknowledgement, and what is shelved or out of"
                    + " service.",
            mixinStandardHelpOptions = true)
    void list() throws IOException {
        System.out.printf(LIST, "state", "level", "sev.", "acknowledged", "not told since", "alarm");
        for (JsonNode alarm : control.client().call("alarm.list", Map.of())) {
            System.out.printf(
                    LIST,
                    alarm.path("active").asBoolean()
                            ? alarm.path("normal").asBoolean() ? "latched" : "active"
                            : alarm.has("id") ? "cleared" : "-",
                    alarm.path("level").asText("-"),
                    alarm.path("severity").asText("-"),
                    alarm.path("acknowledged").asText("-"),
                    silence(alarm),
                    alarm.path("id")
                            .asText(alarm.path("name").asText() + "/"
                                    + alarm.path("asset").asText()));
        }
    }

    private static String silence(JsonNode alarm) {
        if (!alarm.path("outOfService").asText().isEmpty()) {
            return "out of service: " + alarm.path("outOfService").asText();
        }
        if (!alarm.path("shelved").asText().isEmpty()) {
            return "shelved: " + alarm.path("shelved").asText();
        }
        if (alarm.path("suppressed").asBoolean()) {
            return "suppressed";
        }
        return alarm.path("told").asBoolean() || !alarm.path("active").asBoolean() ? "" : "flood";
    }

    @Command(
            name = "history",
            description = "Lists the newest changes that were told since the gateway started, newest first.",
            mixinStandardHelpOptions = true)
    void history(
            @Option(names = "--limit", defaultValue = "50", description = "How many. Default: ${DEFAULT-VALUE}.")
                    int limit)
            throws IOException {
        System.out.printf(HISTORY, "decided", "state", "cause", "level", "sev.", "alarm");
        for (JsonNode alarm : control.client().call("alarm.history", Map.of("limit", limit))) {
            System.out.printf(
                    HISTORY,
                    alarm.path("decidedAt").asText(),
                    alarm.path("state").asText(),
                    alarm.path("cause").asText(),
                    alarm.path("level").asText(),
                    alarm.path("severity").asText(),
                    alarm.path("id").asText());
        }
    }

    @Command(name = "ack", description = "Acknowledges an alarm.", mixinStandardHelpOptions = true)
    void acknowledge(@Mixin About about) throws IOException {
        carryOut(about.arguments("acknowledge", ""));
    }

    @Command(
            name = "shelve",
            description = "Tells nothing new of an asset's alarm for a while, or until this one is cleared.",
            mixinStandardHelpOptions = true)
    void shelve(
            @Mixin About about,
            @Option(names = "--minutes", defaultValue = "0", description = "How long; without it until it is cleared.")
                    int minutes)
            throws IOException {
        carryOut(about.arguments(
                "shelve", minutes == 0 ? "" : Duration.ofMinutes(minutes).toString()));
    }

    @Command(name = "unshelve", description = "Ends a shelving.", mixinStandardHelpOptions = true)
    void unshelve(@Mixin About about) throws IOException {
        carryOut(about.arguments("unshelve", ""));
    }

    @Command(
            name = "reset",
            description = "Clears a latched alarm whose limits are kept again.",
            mixinStandardHelpOptions = true)
    void reset(@Mixin About about) throws IOException {
        carryOut(about.arguments("reset", ""));
    }

    @Command(name = "suppress", description = "Takes an asset's alarm out of service.", mixinStandardHelpOptions = true)
    void suppress(@Mixin About about) throws IOException {
        carryOut(about.arguments("suppress", ""));
    }

    @Command(
            name = "unsuppress",
            description = "Puts an asset's alarm back in service.",
            mixinStandardHelpOptions = true)
    void unsuppress(@Mixin About about) throws IOException {
        carryOut(about.arguments("unsuppress", ""));
    }

    private void carryOut(Map<String, Object> arguments) throws IOException {
        JsonNode done = control.client().call("alarm.command", arguments);
        System.out.println("Done: " + arguments.get("command") + " "
                + done.path("alarm").asText(String.valueOf(arguments.get("alarm")))
                + (done.path("told").asBoolean()
                        ? "; the cloud is told"
                        : "; the cloud is not told: it does not know of the alarm, or no route has from alarm:NAME"));
    }
}
