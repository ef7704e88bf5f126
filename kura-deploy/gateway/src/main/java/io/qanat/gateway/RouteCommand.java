package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The routes of the running gateway, and route texts as files. */
@Command(
        name = "route",
        description =
                "Lists, loads, rolls back and removes the routes of the running gateway; checks route texts, and tries"
                        + " them on a recording.",
        mixinStandardHelpOptions = true,
        subcommands = {RouteCheckCommand.class, RouteCatalogCommand.class, RouteDryRunCommand.class})
public final class RouteCommand {
    @Mixin
    private ControlOptions control = new ControlOptions();

    ControlOptions control() {
        return control;
    }

    @Command(
            name = "load",
            description = "Checks a route text and puts it in the place of the running one of the same file name; when"
                    + " it has a mistake the running routes stay.",
            mixinStandardHelpOptions = true)
    void load(@Parameters(paramLabel = "FILE", description = "Route text, XML or YAML.") Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        tell(name, control.client().call("route.load", Map.of("name", name, "text", Files.readString(file))));
    }

    @Command(name = "list", description = "Lists the routes.", mixinStandardHelpOptions = true)
    void list() throws IOException {
        String format = "%-24s %-9s %-28s %7s %9s %7s %9s %-9s %s%n";
        System.out.printf(format, "ROUTE", "STATE", "TEXT", "VERSION", "DONE", "FAILED", "IN FLIGHT", "UP", "REMARK");
        for (JsonNode route : control.client().call("route.list", Map.of())) {
            System.out.printf(
                    format,
                    route.path("id").asText(),
                    route.path("state").asText(),
                    route.path("text").asText(),
                    route.path("version").asText(),
                    route.path("done").asText(),
                    route.path("failed").asText(),
                    route.path("inFlight").asText(),
                    up(route.path("since").asText()),
                    remark(route));
        }
        refusals();
    }

    private void refusals() throws IOException {
        for (JsonNode stage : control.client().call("status", Map.of()).path("stages")) {
            stage.path("facts").fields().forEachRemaining(fact -> {
                if (stage.path("stage").asText().equals("routes")
                        && (fact.getKey().startsWith("refused.")
                                || fact.getKey().startsWith("failed."))) {
                    System.out.println(fact.getKey().replaceFirst("\\.", " ") + ":\n"
                            + fact.getValue().asText());
                }
            });
        }
    }

    private static String up(String since) {
        Duration up = Duration.between(Instant.parse(since), Instant.now());
        return up.toDays() > 0
                ? up.toDays() + "d" + up.toHoursPart() + "h"
                : up.toHours() > 0
                        ? up.toHours() + "h" + up.toMinutesPart() + "m"
                        : up.toMinutes() + "m" + up.toSecondsPart() + "s";
    }

    private static String remark(JsonNode route) {
        String stalled = route.path("stalled").asText();
        String failure = route.path("lastFailure").asText();
        return stalled.isEmpty() ? failure.isEmpty() ? "" : "last failure: " + failure : "stalled: " + stalled;
    }

    @Command(name = "history", description = "Lists the versions of a text.", mixinStandardHelpOptions = true)
    void history(@Parameters(paramLabel = "NAME", description = "Of the text, its file name.") String name)
            throws IOException {
        for (JsonNode version : control.client().call("route.history", Map.of("name", name))) {
            System.out.printf(
                    "%4s  %s%s%n",
                    version.path("number").asText(),
                    version.path("loadedAt").asText(),
                    version.path("running").asBoolean() ? "  runs" : "");
        }
    }

    @Command(
            name = "show",
            description = "Shows a text as it was written; placeholders stay placeholders.",
            mixinStandardHelpOptions = true)
    void show(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "VERSION", arity = "0..1", defaultValue = "0", description = "Default: what runs.")
                    int version)
            throws IOException {
        System.out.println(control.client()
                .call("route.text", Map.of("name", name, "version", version))
                .asText()
                .stripTrailing());
    }

    @Command(
            name = "rollback",
            description = "Runs an earlier version of a text; it stays so after a restart.",
            mixinStandardHelpOptions = true)
    void rollback(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(
                            paramLabel = "VERSION",
                            arity = "0..1",
                            defaultValue = "0",
                            description = "Default: the one before the one that runs.")
                    int version)
            throws IOException {
        tell(name, control.client().call("route.rollback", Map.of("name", name, "version", version)));
    }

    @Command(
            name = "remove",
            description = "Stops and removes the routes of a text; messages on their way complete, versions are kept.",
            mixinStandardHelpOptions = true)
    void remove(@Parameters(paramLabel = "NAME") String name) throws IOException {
        control.client().call("route.remove", Map.of("name", name));
        System.out.println("No routes of " + name + " run any more.");
    }

    private static void tell(String name, JsonNode routes) {
        System.out.println("These routes of " + name + " run now: " + routes);
    }
}
