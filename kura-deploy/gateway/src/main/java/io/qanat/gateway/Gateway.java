package io.qanat.gateway;

import io.qanat.api.Ledgers;
import io.qanat.api.PartialWindows;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.gateway.launch.OsgiFramework;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The bundles in a framework, configured for one data folder and one route text.
 *
 * <p>Threads: any; {@link #close()} once.
 */
public final class Gateway implements AutoCloseable {
    private static final Duration SERVICE_TIMEOUT = Duration.ofSeconds(30);

    private final OsgiFramework framework;

    /** Holds the services while the gateway runs: a component that nobody holds is taken down after each use. */
    private final ServiceTracker<StageStatusSource, StageStatusSource> stages;

    private Gateway(OsgiFramework framework) {
        this.framework = framework;
        this.stages = new ServiceTracker<>(framework.framework().getBundleContext(), StageStatusSource.class, null);
        stages.open();
    }

    /**
     * Starts the bundles; the routes follow in their own time.
     *
     * @param data folder for the store and the framework's own files
     * @param route text of the routes
     * @param placeholders values of {@code {{name}}} in the route text
     */
    public static Gateway start(Home home, Path data, Path route, Map<String, String> placeholders) {
        OsgiFramework framework = OsgiFramework.start(home.bundles(), data.resolve("framework"), Map.of());
        framework.configure(
                "io.qanat.store", Map.of("directory", data.resolve("store").toString()));
        framework.configure("io.qanat.inference", Map.of("models", home.models().toString()));
        Map<String, Object> routes = new HashMap<>();
        routes.put("files", new String[] {route.toString()});
        placeholders.forEach((name, value) -> routes.put("property." + name, value));
        framework.configure("io.qanat.routes", routes);
        return new Gateway(framework);
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
        stages.close();
        framework.close();
    }
}
