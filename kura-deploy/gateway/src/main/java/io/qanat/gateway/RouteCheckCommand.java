package io.qanat.gateway;

import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.control.ControlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Checks route texts without running them. */
@Command(
        name = "check",
        description =
                "Checks route texts: by the gateway that runs on --data, or else by its bundles on a temporary folder,"
                        + " where nothing is received or sent. Exit code 1 and one line FILE:LINE:COLUMN: MISTAKE for each mistake.",
        mixinStandardHelpOptions = true)
final class RouteCheckCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParentCommand
    private RouteCommand parent = new RouteCommand();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Route texts, XML or YAML.")
    private List<Path> files = List.of();

    @Option(
            names = {"-P", "--property"},
            paramLabel = "NAME=VALUE",
            description =
                    "Value of a placeholder, beside those of config/io.qanat.routes.properties in --data and those of"
                            + " the shipped routes.")
    private Map<String, String> properties = Map.of();

    @Mixin
    private ConnectorOptions connectors = new ConnectorOptions();

    @Override
    public Integer call() throws Exception {
        ControlClient running = parent.control().client();
        if (running.isAnswered()) {
            return checkAll((name, text) -> running.call("route.check", Map.of("name", name, "text", text)));
        }
        Home home = Home.find();
        connectors.check(home);
        try (TemporaryFolder scratch = TemporaryFolder.create("qanat-check");
                Gateway gateway = Gateway.startToTry(
                        home, scratch.path(), parent.control().data(), properties)) {
            connectors.install(gateway, home);
            gateway.awaitStages(PATIENCE);
            RouteLoader routes = gateway.framework().service(RouteLoader.class, PATIENCE);
            return checkAll(routes::check);
        }
    }

    private int checkAll(Check check) throws Exception {
        int result = 0;
        for (Path file : files) {
            try {
                check.run(String.valueOf(file.getFileName()), Files.readString(file));
                System.err.println(file + ": no mistake found");
            } catch (RouteException | IOException e) {
                System.out.println(inPlace(file, e));
                result = 1;
            }
        }
        return result;
    }

    /** Editors find the file by its path, the gateway knows only its name. */
    private static String inPlace(Path file, Exception e) {
        String name = file.getFileName() + ":";
        return String.join(
                "\n",
                String.valueOf(e.getMessage())
                        .lines()
                        .map(line -> line.startsWith(name) ? file + line.substring(name.length() - 1) : line)
                        .toList());
    }

    private interface Check {
        void run(String name, String text) throws Exception;
    }
}
