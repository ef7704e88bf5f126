package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.camel.OsgiCamelContext;
import io.qanat.routes.dryrun.Bench;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/** Contexts for dry runs, made like the gateway's. Threads: any. */
final class DryRunBench implements Bench {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Function<String, OsgiCamelContext> contexts;
    private final GatewayRoutes routes;

    /**
     * @param contexts makes a context of a name, set up as the running one
     * @param routes what runs: texts are checked beside it, as when they are loaded
     */
    DryRunBench(Function<String, OsgiCamelContext> contexts, GatewayRoutes routes) {
        this.contexts = contexts;
        this.routes = routes;
    }

    @Override
    public ModelCamelContext context(String name) {
        return contexts.apply(name);
    }

    @Override
    public <T> T change(ModelCamelContext context, Callable<T> change) throws Exception {
        return context instanceof OsgiCamelContext own ? own.change(change) : change.call();
    }

    @Override
    public List<RouteDefinition> checked(String name, String text, List<RouteDefinition> beside)
            throws RouteException, InterruptedException {
        // After a start the bundles come in any order; what is still missing then is told by the check.
        routes.awaitNeeds(name, text, PATIENCE);
        return routes.tried(name, text, beside);
    }

    @Override
    public Map<String, String> running() {
        return routes.texts();
    }
}
