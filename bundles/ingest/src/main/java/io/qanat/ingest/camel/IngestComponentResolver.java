package io.qanat.ingest.camel;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.ingest.Ingresses;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gives {@code ingest:} to the gateway's routes. */
@Component(
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=ingest")
public final class IngestComponentResolver implements ComponentResolver, StageStatusSource {
    private final Ingresses ingresses;
    private final Set<IngestComponent> components = ConcurrentHashMap.newKeySet();

    @Activate
    public IngestComponentResolver(@Reference Ingresses ingresses) {
        this.ingresses = ingresses;
    }

    @Override
    public IngestComponent resolveComponent(String name, CamelContext context) {
        IngestComponent component = new IngestComponent(ingresses);
        components.add(component);
        return component;
    }

    @Override
    public List<StageStatus> status() {
        return components.stream()
                .flatMap(component -> component.status().stream())
                .toList();
    }
}
