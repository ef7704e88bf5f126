package io.qanat.ingest.camel;

import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.Journey;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** Sends each reading through the route as one exchange: body {@link io.qanat.api.Reading}, property journey. */
class IngestConsumer extends DefaultConsumer implements StageStatusSource {
    private final IngestEndpoint endpoint;
    private volatile @Nullable Ingress ingress;

    IngestConsumer(IngestEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Ingress opened = endpoint.getComponent().ingresses().open(endpoint.config(), this::process);
        ingress = opened;
        opened.start();
        endpoint.getComponent().started(this);
    }

    private void process(Journey journey, Delivery delivery, Consumer<@Nullable Throwable> done) {
        Exchange exchange = createExchange(false);
        exchange.setProperty(Journey.PROPERTY, journey);
        exchange.getMessage().setHeader(Payloads.ASSET, journey.reading().asset());
        exchange.getMessage().setBody(journey.reading());
        getAsyncProcessor().process(exchange, doneSync -> {
            done.accept(exchange.getException());
            releaseExchange(exchange, false);
        });
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().stopped(this);
        if (ingress != null) {
            ingress.close();
            ingress = null;
        }
        super.doStop();
    }

    @Override
    public List<StageStatus> status() {
        Ingress current = ingress;
        return current == null
                ? List.of()
                : List.of(new StageStatus("ingest:" + endpoint.getSource(), current.figures(), Map.of()));
    }
}
