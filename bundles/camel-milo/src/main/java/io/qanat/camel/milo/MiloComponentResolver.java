package io.qanat.camel.milo;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.eclipse.milo.opcua.stack.core.Stack;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** Gives {@code milo-client:} to the gateway's routes. Threads: any. */
@Component(
        name = "io.qanat.camel-milo",
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=milo-client")
public final class MiloComponentResolver implements ComponentResolver, StageStatusSource {
    /** Configuration {@code io.qanat.camel-milo}. */
    @interface Options {
        /** Folder with the certificates of the servers to trust; without it only unsecured endpoints are used. */
        String pki() default "";
    }

    private final Optional<TrustedServers> trusted;
    private final OpcUaSessions sessions;

    @Activate
    public MiloComponentResolver(Options options) throws IOException {
        trusted = options.pki().isBlank() ? Optional.empty() : Optional.of(TrustedServers.open(Path.of(options.pki())));
        sessions = new OpcUaSessions(new ServerConnector(trusted));
    }

    /** The routes are down by now; what Milo shares between clients would keep this bundle's classes alive. */
    @Deactivate
    void deactivate() {
        trusted.ifPresent(TrustedServers::close);
        Stack.releaseSharedResources();
    }

    @Override
    public MonitoringComponent resolveComponent(String name, CamelContext context) {
        return new MonitoringComponent(sessions);
    }

    @Override
    public List<StageStatus> status() {
        return sessions.status();
    }
}
