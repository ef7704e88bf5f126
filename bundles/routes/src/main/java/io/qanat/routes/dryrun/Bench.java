package io.qanat.routes.dryrun;

import io.qanat.api.RouteException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/** What dry runs need of the gateway's routes. Threads: any. */
public interface Bench {
    /** A context that is set up as that of the routes, with the same components, and not started. Its user stops it. */
    ModelCamelContext context(String name);

    /** Runs a change of the routes of a context that {@link #context} made. */
    <T> T change(ModelCamelContext context, Callable<T> change) throws Exception;

    /**
     * The routes of a text, as they would be loaded.
     *
     * @param beside routes of other texts that run along
     * @throws RouteException with all mistakes
     */
    List<RouteDefinition> checked(String name, String text, List<RouteDefinition> beside)
            throws RouteException, InterruptedException;

    /** The texts that run, by name. */
    Map<String, String> running();
}
