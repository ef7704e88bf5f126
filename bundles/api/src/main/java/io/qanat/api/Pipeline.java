package io.qanat.api;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes readings through a route. */
@FunctionalInterface
public interface Pipeline {
    /**
     * Starts a journey and may return before it ends.
     *
     * @param delivery what is known of the message beside its payload; {@link Delivery#REPLAYED} after a restart
     * @param done called exactly once, on any thread, with the failure of the route or null
     */
    void process(Journey journey, Delivery delivery, Consumer<@Nullable Throwable> done);
}
