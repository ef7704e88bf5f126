package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The bundles of the running gateway. */
@Command(
        name = "bundle",
        description = "Lists and updates the bundles of the running gateway.",
        mixinStandardHelpOptions = true)
public final class BundleCommand {
    @Mixin
    private ControlOptions control = new ControlOptions();

    @Command(name = "list", description = "Lists the bundles with their states.", mixinStandardHelpOptions = true)
    void list() throws IOException {
        for (JsonNode bundle : control.client().call("bundle.list", Map.of())) {
            print(bundle);
        }
    }

    @Command(
            name = "update",
            description = "Puts a bundle in the place of the installed one of the same name. Routes that use it are"
                    + " stopped and started again; readings wait meanwhile.",
            mixinStandardHelpOptions = true)
    void update(@Parameters(paramLabel = "FILE", description = "The bundle's jar.") Path file) throws IOException {
        print(control.client()
                .call("bundle.update", Map.of("file", file.toAbsolutePath().toString())));
    }

    private static void print(JsonNode bundle) {
        System.out.printf(
                "%-42s %-32s %s%n",
                bundle.path("symbolicName").asText(),
                bundle.path("version").asText(),
                bundle.path("state").asText());
    }
}
