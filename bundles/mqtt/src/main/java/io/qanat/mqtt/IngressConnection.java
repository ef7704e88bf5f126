package io.qanat.mqtt;

import java.util.Map;

/** An ingress with the connection that feeds it. Threads: any. */
public final class IngressConnection implements AutoCloseable {
    private final MqttConnection connection;
    private final Ingress ingress;

    private IngressConnection(MqttConnection connection, Ingress ingress) {
        this.connection = connection;
        this.ingress = ingress;
    }

    /** Takes up what is open in the journal, then connects; returns before the broker has answered. */
    public static IngressConnection start(MqttConfig config, String topicFilter, Ingress ingress) {
        MqttConnection connection = MqttConnection.subscribing(config, topicFilter, ingress::receive);
        ingress.start();
        connection.start();
        return new IngressConnection(connection, ingress);
    }

    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Counts for the stage's status. */
    public Map<String, Number> figures() {
        return Map.of(
                "acknowledged", ingress.acknowledged(),
                "staleAcknowledgements", ingress.staleAcknowledgements(),
                "routeFailures", ingress.routeFailures(),
                "waiting", ingress.waiting(),
                "inFlight", ingress.inFlight(),
                "connects", connection.connects());
    }

    /** First the source, then what is on its way. */
    @Override
    public void close() {
        connection.close();
        ingress.close();
    }
}
