package io.qanat.routes.dryrun;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.jspecify.annotations.Nullable;

/**
 * Makes the components of a dry run. Only those that are known to stay on the gateway are what they are elsewhere; each other
 * one is replaced, also one that nobody has heard of, and whichever step names it.
 *
 * <p>Threads: any.
 */
final class TrialComponents implements ComponentResolver {
    /** The stages, with a state of their own in a dry run, and what passes exchanges on within a context. */
    private static final Set<String> INNER =
            Set.of("window", "onnx", "alarm", "outbox", "direct", "seda", "bean", "class", "language", "dataformat");

    private final ComponentResolver gateway;
    private final Sources sources;
    private final Sinks sinks;

    /** @param gateway makes the inner ones */
    TrialComponents(ComponentResolver gateway, Sources sources, Sinks sinks) {
        this.gateway = gateway;
        this.sources = sources;
        this.sinks = sinks;
    }

    @Override
    public @Nullable Component resolveComponent(String scheme, CamelContext context) throws Exception {
        return INNER.contains(scheme)
                ? gateway.resolveComponent(scheme, context)
                : new OuterComponent(scheme, sources, sinks);
    }
}
