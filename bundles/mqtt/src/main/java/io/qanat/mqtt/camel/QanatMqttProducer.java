package io.qanat.mqtt.camel;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.mqtt.MqttConnection;
import java.util.List;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Publishes the body; the exchange is done when the broker has acknowledged it. No thread waits. */
class QanatMqttProducer extends DefaultAsyncProducer implements StageStatusSource {
    /** Header that replaces the endpoint's topic for one message. */
    static final String TOPIC = "QanatMqttTopic";

    private static final String DEFAULT_CONTENT_TYPE = "application/octet-stream";
    private final QanatMqttEndpoint endpoint;
    private volatile @Nullable MqttConnection connection;

    QanatMqttProducer(QanatMqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        MqttConnection started = MqttConnection.publishing(
                endpoint.config("qanat-" + endpoint.getTopic()),
                endpoint.getComponent().clock());
        started.start();
        connection = started;
        endpoint.getComponent().started(this);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        byte[] payload = message.getBody(byte[].class);
        if (payload == null) {
            exchange.setException(new IllegalArgumentException(
                    "qanat-mqtt:" + endpoint.getTopic() + " was given no bytes or text to publish"));
            callback.done(true);
            return true;
        }
        Objects.requireNonNull(connection, "the producer is not started")
                .publish(
                        message.getHeader(TOPIC, endpoint.getTopic(), String.class),
                        payload,
                        message.getHeader(Exchange.CONTENT_TYPE, DEFAULT_CONTENT_TYPE, String.class))
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        exchange.setException(failure);
                    }
                    callback.done(false);
                });
        return false;
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
        MqttConnection current = connection;
        return current == null
                ? List.of()
                : List.of(new StageStatus("mqtt:to:" + endpoint.getTopic(), current.figures(), current.facts()));
    }
}
