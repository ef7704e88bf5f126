package io.qanat.gateway;

import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.control.ControlServer;
import io.qanat.gateway.demo.EmbeddedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the gateway on live input until it is stopped. */
@Command(
        name = "run",
        description = "Runs the gateway on live input until it is stopped (Ctrl-C).",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private BrokerOptions brokerOptions = new BrokerOptions();

    @Option(names = "--data", defaultValue = "data", description = "Folder of the store. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    @Option(names = "--route", description = "Route text. Default: routes/readings-to-alarms.xml.")
    private @Nullable Path route;

    @Option(
            names = "--routes",
            paramLabel = "FOLDER",
            description = "Folder of route texts, in the place of --route: each runs as it is saved.")
    private @Nullable Path routes;

    @Option(names = "--webhook", required = true, paramLabel = "URL", description = "Where alarms are posted to.")
    private String webhook = "";

    @Mixin
    private ConnectorOptions connectors = new ConnectorOptions();

    @Override
    public Integer call() throws Exception {
        Home home = Home.find();
        connectors.check(home);
        ControlServer.requireFree(data);
        Files.createDirectories(data);
        try (EmbeddedBroker embedded = brokerOptions.broker().isPresent() ? null : EmbeddedBroker.start(data)) {
            Broker broker = embedded == null ? brokerOptions.broker().orElseThrow() : embedded.broker();
            Map<String, String> placeholders = broker.placeholders(webhook);
            Gateway gateway = Gateway.start(home, data, texts(home), Optional.ofNullable(routes), placeholders);
            // Ctrl-C and kill end the process by its shutdown hooks: this is the one place that closes the gateway.
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "qanat-shutdown"));
            connectors.install(gateway, home);
            System.out.println("The gateway runs on " + broker + ", its data is in " + data);
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private List<Path> texts(Home home) {
        if (route != null) {
            return List.of(route);
        }
        return routes == null ? List.of(home.route()) : List.of();
    }
}
