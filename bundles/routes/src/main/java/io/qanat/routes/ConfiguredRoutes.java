package io.qanat.routes;

import io.qanat.api.DryRun;
import io.qanat.api.ModelRepository;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.api.RouteState;
import io.qanat.api.RouteVersion;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.camel.OsgiCamelContext;
import io.qanat.routes.dryrun.DryRuns;
import io.qanat.routes.privacy.PrivacyGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The gateway's one Camel context, {@code qanat}, and its routes as a service.
 *
 * <p>Configuration {@code io.qanat.routes}: {@code files}, the paths of the texts to run; {@code
 * watch}, a folder of texts that run as they are saved; {@code directory}, where versions are kept; {@code environment},
 * names of the environment variables that texts may use; each property {@code
 * property.<name>} is the value of the placeholder {@code {{<name>}}}; {@code secrets}, the
 * folder of the files with tokens and passwords, see {@link Secrets}; {@code policy}, the file with the data classes of
 * endpoints, and {@code audit}, the folder for the log of what left, see docs/privacy.md.
 *
 * <p>Threads: any.
 */
@Component(
        name = ConfiguredRoutes.PID,
        configurationPid = ConfiguredRoutes.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        // The routes run whether or not anybody asks for the service.
        immediate = true,
        service = {RouteLoader.class, StageStatusSource.class, DryRun.class})
public final class ConfiguredRoutes implements RouteLoader, StageStatusSource, DryRun {
    static final String PID = "io.qanat.routes";

    private static final String PLACEHOLDER = "property.";
    /** A save runs after two looks. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OsgiCamelContext context;
    private final PrivacyGuard privacy;
    private final GatewayRoutes routes;
    private final RouteFiles files;
    private final Optional<RouteFolder> folder;
    private final RouteSupervisor supervisor;
    private final ServiceTracker<ModelRepository, ModelRepository> models;
    private final DryRuns dryRuns;

    /** For Declarative Services. */
    @Activate
    public ConfiguredRoutes(BundleContext bundleContext, Map<String, Object> configuration) {
        context = setUp(bundleContext, "qanat", configuration);
        models = new ServiceTracker<>(bundleContext, ModelRepository.class, null);
        models.open();
        privacy = PrivacyGuard.install(context, path(configuration, "policy"), path(configuration, "audit"));
        start(context);
        RouteHost host = RouteHost.of(context, () -> Optional.ofNullable(models.getService()));
        Optional<RouteHistory> history =
                path(configuration, "directory").map(directory -> new RouteHistory(directory, Clock.systemUTC()));
        routes = new GatewayRoutes(context, host, history, Clock.systemUTC());
        dryRuns = new DryRuns(new DryRunBench(name -> setUp(bundleContext, name, configuration), routes));
        files = new RouteFiles(paths(configuration.get("files")), routes, PATIENCE);
        files.start();
        folder = path(configuration, "watch")
                .map(watched -> new RouteFolder(watched, routes, PATIENCE, System::nanoTime));
        folder.ifPresent(watched -> watched.start(LOOK));
        supervisor = new RouteSupervisor(context, host, routes, System::nanoTime);
        supervisor.start();
    }

    private static Optional<Path> path(Map<String, Object> configuration, String name) {
        return paths(configuration.get(name)).stream().findFirst();
    }

    private static OsgiCamelContext setUp(BundleContext bundleContext, String name, Map<String, Object> configuration) {
        OsgiCamelContext context = new OsgiCamelContext(bundleContext, name);
        RouteDefaults.apply(context, placeholders(configuration));
        Optional.ofNullable(configuration.get("secrets"))
                .ifPresent(folder -> secrets(context, Path.of(String.valueOf(folder))));
        RouteDefaults.environment(context, Set.copyOf(names(configuration.get("environment"))));
        return context;
    }

    /** A context that fails to start still follows bundles until it is stopped. */
    private static void start(OsgiCamelContext context) {
        try {
            context.start();
        } catch (RuntimeException e) {
            context.stop();
            throw e;
        }
    }

    private static void secrets(OsgiCamelContext context, Path folder) {
        Secrets secrets = new Secrets(folder);
        context.getPropertiesComponent().addPropertiesFunction(secrets);
        context.getRegistry().bind(Secrets.BEAN, secrets);
    }

    @Override
    public List<String> load(String name, String text) throws RouteException {
        return routes.load(name, text);
    }

    @Override
    public void check(String name, String text) throws RouteException {
        routes.check(name, text);
    }

    @Override
    public List<RouteState> routes() {
        return routes.routes();
    }

    @Override
    public List<RouteVersion> history(String name) throws RouteException {
        return routes.history(name);
    }

    @Override
    public String text(String name, int version) throws RouteException {
        return routes.text(name, version);
    }

    @Override
    public List<String> rollback(String name, int version) throws RouteException {
        return routes.rollback(name, version);
    }

    @Override
    public void remove(String name) throws RouteException {
        routes.remove(name);
    }

    @Override
    public Report compare(Request request) throws RouteException, IOException, InterruptedException {
        return dryRuns.compare(request);
    }

    @Override
    public Replay replay(ReplayRequest request) throws RouteException, IOException, InterruptedException {
        return dryRuns.replay(request);
    }

    @Override
    public Optional<Progress> progress() {
        return dryRuns.progress();
    }

    @Override
    public List<StageStatus> status() {
        return Stream.concat(routes.status().stream(), Stream.of(privacy.status()))
                .toList();
    }

    /** Stops the routes, ingress first; messages on their way complete. */
    @Deactivate
    void close() {
        supervisor.close();
        folder.ifPresent(RouteFolder::close);
        files.close();
        context.stop();
        models.close();
        privacy.close();
    }

    static Map<String, String> placeholders(Map<String, Object> configuration) {
        return configuration.entrySet().stream()
                .filter(property -> property.getKey().startsWith(PLACEHOLDER))
                .collect(Collectors.toMap(
                        property -> property.getKey().substring(PLACEHOLDER.length()),
                        property -> String.valueOf(property.getValue())));
    }

    /** Configuration Admin gives one text as it is and several as an array. */
    static List<Path> paths(@Nullable Object files) {
        return names(files).stream().map(Path::of).toList();
    }

    private static List<String> names(@Nullable Object value) {
        Stream<?> names = value instanceof Object[] several ? Arrays.stream(several) : Stream.ofNullable(value);
        return names.flatMap(name -> Stream.of(String.valueOf(name).split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
