package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The routes of the running gateway. */
@Command(
        name = "route",
        description = "Loads routes into the running gateway, and tries them before.",
        mixinStandardHelpOptions = true,
        subcommands = {RouteCommand.Load.class, RouteDryRunCommand.class})
public final class RouteCommand {
    /** Puts a text in the place of its earlier version. */
    @Command(
            name = "load",
            description = "Checks a route text and puts it in the place of the running one of the same file name; when"
                    + " it has a mistake the running routes stay.",
            mixinStandardHelpOptions = true)
    static final class Load implements Callable<Integer> {
        @Mixin
        private ControlOptions control = new ControlOptions();

        @Parameters(paramLabel = "FILE", description = "Route text.")
        private Path file = Path.of("");

        @Override
        public Integer call() throws Exception {
            Path name = file.getFileName();
            JsonNode routes = control.client()
                    .call("route.load", Map.of("name", String.valueOf(name), "text", Files.readString(file)));
            System.out.println("These routes of " + name + " run now: " + routes);
            return 0;
        }
    }
}
