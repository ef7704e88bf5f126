package io.qanat.gateway;

import io.qanat.api.Ledgers;
import io.qanat.api.PartialWindows;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.gateway.control.ControlServer;
import io.qanat.gateway.control.GatewayOperations;
import io.qanat.gateway.launch.OsgiFramework;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.util.tracker.ServiceTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles in a framework, configured for one data folder and one route text.
 *
 * <p>Threads: any; {@link #close()} once.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration SERVICE_TIMEOUT = Duration.ofSeconds(30);

    private final OsgiFramework framework;

    /** Holds the services while the gateway runs: a component that nobody holds is taken down after each use. */
    private final ServiceTracker<StageStatusSource, StageStatusSource> stages;

    private final ControlServer control;

    private Gateway(OsgiFramework framework, ControlServer control) {
        this.framework = framework;
        this.control = control;
        this.stages = new ServiceTracker<>(framework.framework().getBundleContext(), StageStatusSource.class, null);
        stages.open();
        control.serve(GatewayOperations.of(this));
    }

    /**
     * Starts the bundles; the routes follow in their own time.
     *
     * @param data folder for the store and the framework's own files
     * @param route text of the routes
     * @param placeholders values of {@code {{name}}} in the route text
     * @throws IOException when another gateway runs on the data folder
     */
    public static Gateway start(Home home, Path data, Path route, Map<String, String> placeholders) throws IOException {
        Map<String, Object> routes = new HashMap<>();
        routes.put("files", new String[] {route.toString()});
        placeholders.forEach((name, value) -> routes.put("property." + name, value));
        routes.put("secrets", data.resolve("secrets").toString());
        ConfigFiles files = ConfigFiles.read(data.resolve("config"));
        Gateway gateway = startWithoutRoutes(home, data, files);
        gateway.framework.configure("io.qanat.routes", files.over("io.qanat.routes", routes));
        return gateway;
    }

    /**
     * Starts the bundles over what is stored; nothing is received and nothing is sent.
     *
     * @throws IOException when another gateway runs on the data folder
     */
    static Gateway startWithoutRoutes(Home home, Path data) throws IOException {
        return startWithoutRoutes(home, data, ConfigFiles.read(data.resolve("config")));
    }

    private static Gateway startWithoutRoutes(Home home, Path data, ConfigFiles files) throws IOException {
        ControlServer control = ControlServer.bind(data);
        try {
            return new Gateway(startBundles(home, data, files), control);
        } catch (RuntimeException e) {
            control.close();
            throw e;
        }
    }

    private static OsgiFramework startBundles(Home home, Path data, ConfigFiles files) {
        OsgiFramework framework = OsgiFramework.start(home.bundles(), data.resolve("framework"), Map.of());
        // Before the routes, which name what it makes.
        files.instances("io.qanat.camel.tls")
                .forEach((name, tls) -> framework.configureInstance("io.qanat.camel.tls", name, tls));
        framework.configure(
                "io.qanat.store",
                files.over(
                        "io.qanat.store",
                        Map.of("directory", data.resolve("store").toString())));
        framework.configure(
                "io.qanat.inference",
                files.over(
                        "io.qanat.inference",
                        Map.of(
                                "models", home.models().toString(),
                                "added", addedModels(data).toString(),
                                "trustedKeys", data.resolve("trusted-keys").toString())));
        // For the optional connector milo, whether or not it comes.
        framework.configure(
                "io.qanat.camel-milo",
                files.over(
                        "io.qanat.camel-milo",
                        Map.of("pki", data.resolve("opcua").toString())));
        return framework;
    }

    /**
     * Adds optional connectors; routes that wait for them start then.
     *
     * @param names as {@link Home#connector} takes them
     */
    public void connect(Home home, List<String> names) {
        names.stream().map(home::connector).toList().forEach(framework::add);
    }

    /** Where packages are kept that were added to the gateway of a data folder. */
    public static Path addedModels(Path data) {
        return data.resolve("models");
    }

    public OsgiFramework framework() {
        return framework;
    }

    public Ledgers ledgers() {
        return framework.service(Ledgers.class, SERVICE_TIMEOUT);
    }

    public PartialWindows partialWindows() {
        return framework.service(PartialWindows.class, SERVICE_TIMEOUT);
    }

    /** What every stage says of itself now. */
    public List<StageStatus> status() {
        return stages.getTracked().values().stream()
                .flatMap(source -> source.status().stream())
                .toList();
    }

    /** Status of the stage with this name, such as {@code mqtt:plant}, once a route uses it. */
    public Optional<StageStatus> status(String stage) {
        return status().stream().filter(status -> status.stage().equals(stage)).findFirst();
    }

    /** Throws {@link IllegalArgumentException} with the reason when the route text was refused. */
    public void requireRoutes() {
        String mistakes = status("routes").stream()
                .flatMap(status -> status.facts().entrySet().stream())
                .filter(fact -> fact.getKey().startsWith("refused."))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining("\n"));
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException("the routes do not run; correct the text and start again:\n" + mistakes);
        }
    }

    @Override
    public void close() {
        try {
            control.close();
        } catch (IOException e) {
            LOG.warn("The control socket could not be closed; the gateway is stopped all the same", e);
        }
        stages.close();
        framework.close();
    }
}
