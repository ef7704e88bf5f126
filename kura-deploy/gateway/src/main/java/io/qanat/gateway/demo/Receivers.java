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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** The two clouds of the demo: a subscriber and a web hook, each with the events that it has seen, by id. */
public final class Receivers implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SESSION_SECONDS = 3600;
    private static final String TOPIC = "qanat/v1/alarms";

    private final Map<String, JsonNode> overMqtt = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> overHttp = new ConcurrentHashMap<>();
    private final LongAdder arrivals = new LongAdder();
    private volatile int answer = 204;
    private volatile long delayMillis;
    private final ExecutorService threads = Executors.newCachedThreadPool();
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
        server.setExecutor(receivers.threads);
        server.start();
        client.setCallback(receivers.new Subscriber());
        client.connect(options(broker)).waitForCompletion();
        client.subscribe(TOPIC, 1).waitForCompletion();
        return receivers;
    }

    /** A session that outlives its connection: the broker keeps alarms for it while it is away. */
    private static MqttConnectionOptions options(Broker broker) {
        MqttConnectionOptions options = Replayer.login(broker);
        options.setCleanStart(false);
        options.setSessionExpiryInterval(SESSION_SECONDS);
        options.setAutomaticReconnect(true);
        options.setAutomaticReconnectDelay(1, 2);
        return options;
    }

    /** Where alarms are to be posted. */
    public String webhook() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/alarms";
    }

    private void post(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] event = exchange.getRequestBody().readAllBytes();
            TimeUnit.MILLISECONDS.sleep(delayMillis);
            int now = answer;
            if (now < 300) {
                keep(overHttp, event);
            }
            exchange.sendResponseHeaders(now, -1);
        } catch (InterruptedException e) {
            // It is being closed, and answers nobody any more.
            Thread.currentThread().interrupt();
        }
    }

    /** What the web hook answers from now on; it keeps an event only when that is a success. */
    public void answer(int status) {
        answer = status;
    }

    /** How long the web hook takes for each answer from now on, in milliseconds. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Events that arrived and were kept, repeated ones included. */
    public long arrivals() {
        return arrivals.sum();
    }

    private void keep(Map<String, JsonNode> events, byte[] payload) throws IOException {
        JsonNode event = JSON.readTree(payload);
        arrivals.increment();
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
        threads.shutdownNow();
        if (client.isConnected()) {
            client.disconnect().waitForCompletion();
        }
        client.close(true);
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
