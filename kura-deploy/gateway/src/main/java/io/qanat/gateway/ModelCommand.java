package io.qanat.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The models of the running gateway, and packages as files. */
@Command(
        name = "model",
        description = "Lists, adds, activates, shadows, rolls back and removes the models of the running gateway;"
                + " verifies and signs packages as files.",
        mixinStandardHelpOptions = true,
        subcommands = {ModelVerifyCommand.class, ModelSignCommand.class, ModelKeyCommand.class})
public final class ModelCommand {
    @Mixin
    private ControlOptions control = new ControlOptions();

    @Command(name = "list", description = "Lists the versions on the gateway.", mixinStandardHelpOptions = true)
    void list() throws IOException {
        for (JsonNode version : control.client().call("model.list", Map.of())) {
            System.out.printf(
                    "%-30s %-12s %s%n",
                    version.path("name").asText(),
                    version.path("version").asText(),
                    version.path("state").asText());
        }
    }

    @Command(
            name = "add",
            description = "Checks a package, its signature among all else, and copies it to the gateway.",
            mixinStandardHelpOptions = true)
    void add(@Parameters(paramLabel = "FOLDER|ZIP", description = "The package.") Path file) throws IOException {
        tell("model.add", Map.of("package", file.toAbsolutePath().toString()));
    }

    @Command(
            name = "activate",
            description = "Makes a version the active one, without a gap; it stays so after a restart.",
            mixinStandardHelpOptions = true)
    void activate(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(paramLabel = "VERSION") String version,
            @Option(
                            names = "--variant",
                            defaultValue = "",
                            paramLabel = "VARIANT",
                            description = "Variant of the package, such as int8. Default: the package's choice.")
                    String variant)
            throws IOException {
        tell("model.activate", Map.of("name", name, "version", version, "variant", variant));
    }

    @Command(
            name = "rollback",
            description = "Goes back to the version that was active before.",
            mixinStandardHelpOptions = true)
    void rollback(@Parameters(paramLabel = "NAME") String name) throws IOException {
        tell("model.rollback", Map.of("name", name));
    }

    @Command(
            name = "shadow",
            description = "Has a version score the same windows beside the active one; nothing depends on it.",
            mixinStandardHelpOptions = true)
    void shadow(@Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "VERSION") String version)
            throws IOException {
        tell("model.shadow", Map.of("name", name, "version", version));
    }

    @Command(name = "end-shadow", description = "Ends the shadow of a model.", mixinStandardHelpOptions = true)
    void endShadow(@Parameters(paramLabel = "NAME") String name) throws IOException {
        tell("model.endShadow", Map.of("name", name));
    }

    @Command(name = "remove", description = "Deletes a version that was added.", mixinStandardHelpOptions = true)
    void remove(@Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "VERSION") String version)
            throws IOException {
        tell("model.remove", Map.of("name", name, "version", version));
    }

    private void tell(String operation, Map<String, String> arguments) throws IOException {
        System.out.println(control.client().call(operation, arguments).asText());
    }
}
