package io.qanat.mqtt.camel;

import io.qanat.api.Delivery;
import io.qanat.api.Ingress;
import io.qanat.api.Journey;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.mqtt.IngressConnection;
import io.qanat.mqtt.Messages;
import io.qanat.mqtt.MqttDelivery;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends each reading through the route as one exchange: body {@link io.qanat.api.Reading}, property journey; or each
 * message as it is, see {@link QanatMqttEndpoint.Payload}. What MQTT says beside the payload is in headers that no producer
 * takes for its own; readings from the journal do not have them.
 */
class QanatMqttConsumer extends DefaultConsumer implements StageStatusSource {
    /** Header with the reading's asset. */
    static final String ASSET = "QanatAsset";

    /** Header with the topic that the message was published to. */
    static final String TOPIC = "QanatMqttReceivedTopic";

    /** Header with the publisher's content type, when it gave one. */
    static final String CONTENT_TYPE = "QanatMqttReceivedContentType";

    /** Header with the publisher's user properties as a map of texts, when it gave any. */
    static final String USER_PROPERTIES = "QanatMqttUserProperties";

    private final QanatMqttEndpoint endpoint;
    private volatile @Nullable IngressConnection connection;

    QanatMqttConsumer(QanatMqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        String source = endpoint.sourceName();
        Ingress ingress = endpoint.getPayload() == QanatMqttEndpoint.Payload.bytes
                ? new Messages(source, endpoint.getMaxInFlight(), this::process)
                : endpoint.getComponent().ingresses().open(endpoint.ingress(), this::process);
        connection = IngressConnection.start(
                endpoint.config("qanat-" + source),
                endpoint.filters(),
                ingress,
                endpoint.getComponent().clock());
        endpoint.getComponent().started(this);
    }

    private void process(Journey journey, Delivery delivery, Consumer<@Nullable Throwable> done) {
        Exchange exchange = createExchange(false);
        exchange.setProperty(Journey.PROPERTY, journey);
        Message message = exchange.getMessage();
        message.setHeader(ASSET, journey.reading().asset());
        if (delivery instanceof MqttDelivery received) {
            describe(message, received);
        }
        message.setBody(journey.reading());
        getAsyncProcessor().process(exchange, doneSync -> {
            done.accept(exchange.getException());
            releaseExchange(exchange, false);
        });
    }

    private void process(Delivery delivery, byte[] payload) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            if (delivery instanceof MqttDelivery received) {
                describe(exchange.getMessage(), received);
            }
            exchange.getMessage().setBody(payload);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static void describe(Message message, MqttDelivery delivery) {
        message.setHeader(TOPIC, delivery.topic());
        if (!delivery.contentType().isEmpty()) {
            message.setHeader(CONTENT_TYPE, delivery.contentType());
        }
        Map<String, String> userProperties = delivery.userProperties();
        if (!userProperties.isEmpty()) {
            message.setHeader(USER_PROPERTIES, userProperties);
        }
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
