package io.qanat.gateway.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.qanat.gateway.BrokerOptions.Broker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The two clouds of the demo: a subscriber and a web hook, each with the events that it has seen, by id. */
public final class Receivers implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "qanat/v1/alarms";

    private final Map<String, JsonNode> overMqtt = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> overHttp = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final MqttAsyncClient client;

    private Receivers(HttpServer server, MqttAsyncClient client) {
        this.server = server;
        this.client = client;
    }

    public static Receivers start(Broker broker) throws IOException, MqttException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        MqttAsyncClient client =
                new MqttAsyncClient(broker.url(), "qanat-demo-" + UUID.randomUUID(), new MemoryPersistence());
        Receivers receivers = new Receivers(server, client);
        server.createContext("/alarms", receivers::post);
        server.start();
        client.setCallback(receivers.new Subscriber());
        client.connect(Replayer.login(broker)).waitForCompletion();
        client.subscribe(TOPIC, 1).waitForCompletion();
        return receivers;
    }

    /** Where alarms are to be posted. */
    public String webhook() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/alarms";
    }

    private void post(HttpExchange exchange) throws IOException {
        try (exchange) {
            keep(overHttp, exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(204, -1);
        }
    }

    private static void keep(Map<String, JsonNode> events, byte[] payload) throws IOException {
        JsonNode event = JSON.readTree(payload);
        events.put(event.path("id").asText(), event);
    }

    /** Ids of the events that came over MQTT. */
    public Set<String> mqttIds() {
        return new TreeSet<>(overMqtt.keySet());
    }

    /** Ids of the events that came over HTTP. */
    public Set<String> httpIds() {
        return new TreeSet<>(overHttp.keySet());
    }

    /** The events that came over HTTP. */
    List<JsonNode> events() {
        return List.copyOf(overHttp.values());
    }

    @Override
    public void close() throws MqttException {
        server.stop(0);
        client.disconnect().waitForCompletion();
        client.close();
    }

    private final class Subscriber implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) throws IOException {
            keep(overMqtt, message.getPayload());
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            // the comparison of the ids shows what is missing then
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            // see disconnected
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // it only subscribes
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {
            // start() waits for this itself
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // enhanced authentication is not used
        }
    }
}
