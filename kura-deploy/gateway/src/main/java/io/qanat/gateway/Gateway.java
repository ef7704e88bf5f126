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
import org.osgi.framework.InvalidSyntaxException;
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

    /** Components of the bundles that come with the gateway and need configuration or each other. */
    private static final List<String> STAGES = List.of("qanat-mqtt", "window", "onnx", "alarm", "outbox");

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
        return start(home, data, List.of(route), Optional.empty(), placeholders);
    }

    /**
     * The same with several texts, and a folder whose texts run as they are saved.
     *
     * @throws IOException when another gateway runs on the data folder
     */
    static Gateway start(
            Home home, Path data, List<Path> texts, Optional<Path> watched, Map<String, String> placeholders)
            throws IOException {
        Map<String, Object> routes = new HashMap<>();
        routes.put("files", texts.stream().map(Path::toString).toArray(String[]::new));
        placeholders.forEach((name, value) -> routes.put("property." + name, value));
        watched.ifPresent(folder -> routes.put("watch", folder.toString()));
        routes.put("directory", data.resolve("routes").toString());
        routes.put("secrets", data.resolve("secrets").toString());
        routes.put("audit", data.resolve("audit").toString());
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

    /**
     * Starts the bundles on a folder of their own without any route, to try routes: what is configured in a data folder for
     * routes and certificates holds, and the models are there that were added. The data folder itself is not touched.
     *
     * @param scratch for the framework and an empty store
     * @param data folder of a gateway, running or not; there may be none
     * @param placeholders values of {@code {{name}}} that go before the configured ones
     */
    static Gateway startToTry(Home home, Path scratch, Path data, Map<String, String> placeholders) throws IOException {
        ConfigFiles files = ConfigFiles.read(data.resolve("config"));
        for (String folder : List.of("models", "trusted-keys")) {
            Folders.copy(data.resolve(folder), scratch.resolve(folder));
        }
        Map<String, Object> routes = new HashMap<>();
        new BrokerOptions.Broker("tcp://localhost:1883", "", "")
                .placeholders("http://localhost/alarms")
                .forEach((name, value) -> routes.put("property." + name, value));
        routes.put("secrets", data.resolve("secrets").toString());
        Map<String, Object> configured = files.over("io.qanat.routes", routes);
        // Neither texts nor folders of them: nothing runs but what is tried.
        configured.keySet().removeIf(name -> !name.startsWith("property.") && !name.equals("secrets"));
        placeholders.forEach((name, value) -> configured.put("property." + name, value));
        Gateway gateway = startWithoutRoutes(home, scratch, files.only("io.qanat.camel.tls-"));
        gateway.framework.configure("io.qanat.routes", configured);
        return gateway;
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
        framework.configure(
                "io.qanat.alarm.command",
                files.over(
                        "io.qanat.alarm.command",
                        Map.of("operators", data.resolve("operators").toString())));
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

    /**
     * Waits until routes can use the components of the stages: each comes once its bundle has what it needs.
     *
     * @throws IllegalStateException with those that are missing after the timeout
     */
    void awaitStages(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        List<String> missing = missingStages();
        while (!missing.isEmpty() && System.nanoTime() - end < 0) {
            Thread.sleep(50);
            missing = missingStages();
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException("the components " + missing + " are not there after " + timeout.toSeconds()
                    + " s: see what the bundles report, with QANAT_LOG=info");
        }
    }

    private List<String> missingStages() {
        return STAGES.stream().filter(stage -> !offers(stage)).toList();
    }

    private boolean offers(String component) {
        try {
            return framework
                            .framework()
                            .getBundleContext()
                            .getAllServiceReferences(
                                    "org.apache.camel.spi.ComponentResolver", "(component=" + component + ")")
                    != null;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("the name of the component " + component + " makes no filter", e);
        }
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
