package io.qanat.routes;

import io.qanat.api.ModelRepository;
import io.qanat.camel.OsgiCamelContext;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** What a Camel context must add so that components can come and go. Threads: any. */
interface RouteHost {
    /** Runs a change of routes while no component leaves. */
    <T> T change(Callable<T> change) throws Exception;

    /** Waits for components; returns the schemes that are still missing after the timeout. */
    Set<String> awaitComponents(Collection<String> schemes, Duration timeout) throws InterruptedException;

    /** The models by name, when there is somebody who knows. */
    default Optional<ModelRepository> models() {
        return Optional.empty();
    }

    /** @param models asked at each check */
    static RouteHost of(OsgiCamelContext context, Supplier<Optional<ModelRepository>> models) {
        return new RouteHost() {
            @Override
            public Optional<ModelRepository> models() {
                return models.get();
            }

            @Override
            public <T> T change(Callable<T> change) throws Exception {
                return context.change(change);
            }

            @Override
            public Set<String> awaitComponents(Collection<String> schemes, Duration timeout)
                    throws InterruptedException {
                return context.awaitComponents(schemes, timeout);
            }
        };
    }
}
