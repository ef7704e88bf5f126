package io.qanat.routes;

import io.qanat.api.DryRun;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.camel.OsgiCamelContext;
import io.qanat.routes.dryrun.DryRuns;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * The gateway's one Camel context, {@code qanat}, and its routes as a service.
 *
 * <p>Configuration {@code io.qanat.routes}: {@code files}, the paths of the texts to run; each property {@code
 * property.<name>} is the value of the placeholder {@code {{<name>}}}; {@code secrets}, the
 * folder of the files with tokens and passwords, see {@link Secrets}.
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
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final OsgiCamelContext context;
    private final GatewayRoutes routes;
    private final RouteFiles files;
    private final DryRuns dryRuns;

    /** For Declarative Services. */
    @Activate
    public ConfiguredRoutes(BundleContext bundleContext, Map<String, Object> configuration) {
        context = setUp(bundleContext, "qanat", configuration);
        start(context);
        routes = new GatewayRoutes(context, RouteHost.of(context));
        dryRuns = new DryRuns(new DryRunBench(name -> setUp(bundleContext, name, configuration), context, routes));
        files = new RouteFiles(paths(configuration.get("files")), routes, PATIENCE);
        files.start();
    }

    private static OsgiCamelContext setUp(BundleContext bundleContext, String name, Map<String, Object> configuration) {
        OsgiCamelContext context = new OsgiCamelContext(bundleContext, name);
        RouteDefaults.apply(context, placeholders(configuration));
        Optional.ofNullable(configuration.get("secrets"))
                .ifPresent(folder -> secrets(context, Path.of(String.valueOf(folder))));
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
        return routes.status();
    }

    /** Stops the routes, ingress first; messages on their way complete. */
    @Deactivate
    void close() {
        files.close();
        context.stop();
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
        Stream<?> names = files instanceof Object[] several ? Arrays.stream(several) : Stream.ofNullable(files);
        return names.map(String::valueOf)
                .filter(name -> !name.isBlank())
                .map(name -> Path.of(name.strip()))
                .toList();
    }
}
