package io.qanat.mqtt;

import io.qanat.api.Ingress;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
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
    public static IngressConnection start(MqttConfig config, List<String> filters, Ingress ingress, Clock clock) {
        MqttConnection connection = MqttConnection.subscribing(config, filters, ingress::receive, clock);
        ingress.start();
        connection.start();
        return new IngressConnection(connection, ingress);
    }

    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Counts for the stage's status. */
    public Map<String, Number> figures() {
        Map<String, Number> figures = new HashMap<>(connection.figures());
        figures.putAll(ingress.figures());
        return figures;
    }

    /** Texts for the stage's status. */
    public Map<String, String> facts() {
        return connection.facts();
    }

    /** First the source, then what is on its way. */
    @Override
    public void close() {
        connection.close();
        ingress.close();
    }
}
