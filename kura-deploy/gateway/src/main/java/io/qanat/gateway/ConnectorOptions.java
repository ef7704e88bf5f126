package io.qanat.gateway;

import java.util.List;
import picocli.CommandLine.Option;

/** Which optional connectors a gateway is started with. */
final class ConnectorOptions {
    @Option(
            names = "--connector",
            paramLabel = "NAME|JAR",
            description =
                    "Optional connector to install where a gateway is started, such as kafka; may be given several"
                            + " times.")
    private List<String> connectors = List.of();

    /** Says at once what is wrong with one, before anything is started. */
    void check(Home home) {
        connectors.forEach(home::connector);
    }

    void install(Gateway gateway, Home home) {
        gateway.connect(home, connectors);
    }
}
