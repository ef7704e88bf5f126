package io.qanat.mqtt.camel;

import io.qanat.api.Journey;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.mqtt.Delivery;
import io.qanat.mqtt.Ingress;
import io.qanat.mqtt.IngressConnection;
import io.qanat.mqtt.ReadingCodec;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/** Sends each reading through the route as one exchange: body {@link io.qanat.api.Reading}, property journey. */
class QanatMqttConsumer extends DefaultConsumer implements StageStatusSource {
    /** Header with the reading's asset. */
    static final String ASSET = "QanatAsset";

    private final QanatMqttEndpoint endpoint;
    private @Nullable IngressConnection connection;

    QanatMqttConsumer(QanatMqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        String source = endpoint.sourceName();
        Ingress ingress = new Ingress(
                source,
                endpoint.getComponent().journal(),
                new ReadingCodec(source, endpoint.getMaxPayload()),
                this::process,
                endpoint.getComponent().clock(),
                endpoint.getMaxInFlight());
        connection = IngressConnection.start(
                endpoint.config("qanat-" + source),
                endpoint.filters(),
                ingress,
                endpoint.getComponent().clock());
        endpoint.getComponent().started(this);
    }

    private void process(Journey journey, Delivery delivery, java.util.function.Consumer<@Nullable Throwable> done) {
        Exchange exchange = createExchange(false);
        exchange.setProperty(Journey.PROPERTY, journey);
        exchange.getMessage().setHeader(ASSET, journey.reading().asset());
        exchange.getMessage().setBody(journey.reading());
        getAsyncProcessor().process(exchange, doneSync -> {
            done.accept(exchange.getException());
            releaseExchange(exchange, false);
        });
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.getComponent().stopped(this);
        if (connection != null) {
            connection.close();
            connection = null;
        }
        super.doStop();
    }

    @Override
    public List<StageStatus> status() {
        IngressConnection current = connection;
        if (current == null) {
            return List.of();
        }
        return List.of(new StageStatus("mqtt:" + endpoint.sourceName(), current.figures(), current.facts()));
    }
}
