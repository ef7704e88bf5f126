package io.qanat.ingest.camel;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.ingest.Ingresses;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Journals what any consumer received, and gives it to routes as readings. */
@Component("ingest")
public class IngestComponent extends DefaultComponent implements StageStatusSource {
    private final Ingresses ingresses;
    private final Set<StageStatusSource> running = ConcurrentHashMap.newKeySet();

    public IngestComponent(Ingresses ingresses) {
        this.ingresses = Objects.requireNonNull(ingresses, "ingresses");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        IngestEndpoint endpoint = new IngestEndpoint(uri, this);
        endpoint.setSource(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    Ingresses ingresses() {
        return ingresses;
    }

    void started(StageStatusSource part) {
        running.add(part);
    }

    void stopped(StageStatusSource part) {
        running.remove(part);
    }

    @Override
    public List<StageStatus> status() {
        return running.stream().flatMap(part -> part.status().stream()).toList();
    }
}
