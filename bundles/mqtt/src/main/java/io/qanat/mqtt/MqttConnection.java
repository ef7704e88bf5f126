package io.qanat.mqtt;

import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that comes back by itself.
 *
 * <pre>
 *            start            connected and subscribed
 *  (new) ----------> connecting ------------------> connected
 *                    ^   |  ^                           |
 *      after backoff |   |  |            lost           |
 *                    +---+  +---------------------------+      close, from any state: closed
 *                   failed
 * </pre>
 *
 * <p>Each attempt uses a new client, with its callback set before it connects: a durable session delivers at once.
 * Paho's own reconnect, offline buffer and persistence are not used.
 *
 * <p>Threads: public methods from any. Connecting and its retries run on one thread named after the client id; messages
 * arrive on Paho's callback thread.
 */
public final class MqttConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);
    private static final int QOS = 1;
    private static final long CLOSE_SECONDS = 5;
    /** Exponential with jitter, so that many gateways do not return to a broker in the same instant. */
    private static final IntervalFunction BACKOFF =
            IntervalFunction.ofExponentialRandomBackoff(200L, 2.0, 0.5, 30_000L);

    private final MqttConfig config;
    private final String topicFilter;
    private final Consumer<Delivery> receiver;
    private final ScheduledExecutorService scheduler;
    private final AtomicLong connects = new AtomicLong();
    private volatile @Nullable MqttAsyncClient connected;
    private int failures;

    private MqttConnection(MqttConfig config, String topicFilter, Consumer<Delivery> receiver) {
        this.config = Objects.requireNonNull(config, "config");
        this.topicFilter = topicFilter;
        this.receiver = receiver;
        this.scheduler = Executors.newSingleThreadScheduledExecutor(
                task -> new Thread(task, "qanat-mqtt-connect-" + config.clientId()));
    }

    /** A connection that receives what matches the filter; {@code receiver} runs on Paho's callback thread. */
    static MqttConnection subscribing(MqttConfig config, String topicFilter, Consumer<Delivery> receiver) {
        return new MqttConnection(config, topicFilter, receiver);
    }

    /** A connection that only publishes. */
    public static MqttConnection publishing(MqttConfig config) {
        return new MqttConnection(config, "", delivery -> {});
    }

    /** Begins to connect and returns at once: a broker that is away is no reason to fail. */
    public void start() {
        scheduler.execute(this::connect);
    }

    public boolean isConnected() {
        MqttAsyncClient client = connected;
        return client != null && client.isConnected();
    }

    /** How often the connection was established. */
    public long connects() {
        return connects.get();
    }

    /**
     * Publishes with QoS 1.
     *
     * @return completes when the broker has acknowledged; fails with {@link IOException} when it did not
     */
    public CompletableFuture<Void> publish(String topic, byte[] payload, String contentType) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        MqttAsyncClient client = connected;
        if (client == null) {
            acknowledged.completeExceptionally(new IOException("not connected to " + config.brokerUrl()));
            return acknowledged;
        }
        MqttMessage message = new MqttMessage(payload);
        message.setQos(QOS);
        MqttProperties properties = new MqttProperties();
        properties.setContentType(contentType);
        message.setProperties(properties);
        try {
            client.publish(topic, message, null, completing(acknowledged, topic));
        } catch (MqttException e) {
            acknowledged.completeExceptionally(publishFailure(topic, e));
        }
        return acknowledged;
    }

    private MqttActionListener completing(CompletableFuture<Void> acknowledged, String topic) {
        return new MqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                acknowledged.complete(null);
            }

            @Override
            public void onFailure(IMqttToken token, Throwable cause) {
                acknowledged.completeExceptionally(publishFailure(topic, cause));
            }
        };
    }

    private IOException publishFailure(String topic, @Nullable Throwable cause) {
        return new IOException(
                "the broker " + config.brokerUrl() + " did not acknowledge a message to " + topic, cause);
    }

    private void connect() {
        MqttAsyncClient client = null;
        try {
            client = new MqttAsyncClient(config.brokerUrl(), config.clientId(), new MemoryPersistence());
            client.setManualAcks(true);
            client.setCallback(new Callback(client));
            client.connect(options()).waitForCompletion(TimeUnit.SECONDS.toMillis(config.connectTimeoutSeconds()));
            subscribe(client);
            connected = client;
            connects.incrementAndGet();
            failures = 0;
            LOG.info("connected to {} as {}", config.brokerUrl(), config.clientId());
        } catch (MqttException | IOException e) {
            discard(client);
            retry(e);
        }
    }

    private void subscribe(MqttAsyncClient client) throws MqttException, IOException {
        if (topicFilter.isEmpty()) {
            return;
        }
        IMqttToken token = client.subscribe(topicFilter, QOS);
        token.waitForCompletion(TimeUnit.SECONDS.toMillis(config.connectTimeoutSeconds()));
        int[] codes = token.getReasonCodes();
        if (codes == null || codes.length != 1 || codes[0] != QOS) {
            throw new IOException("the broker did not grant QoS 1 for " + topicFilter + ": reason code "
                    + (codes == null ? "none" : codes[0]) + "; check the user's rights");
        }
    }

    private void retry(Exception cause) {
        failures++;
        long delay = BACKOFF.apply(Math.min(failures, 20));
        if (failures == 1) {
            LOG.warn("cannot reach {} as {}: {}; trying again", config.brokerUrl(), config.clientId(), reason(cause));
        }
        if (!scheduler.isShutdown()) {
            scheduler.schedule(this::connect, delay, TimeUnit.MILLISECONDS);
        }
    }

    private static String reason(Throwable e) {
        Throwable cause = e.getCause();
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return cause == null || cause.getMessage() == null ? message : message + ": " + cause.getMessage();
    }

    private MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(config.sessionExpirySeconds());
        options.setReceiveMaximum(config.receiveMaximum());
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval(config.keepAliveSeconds());
        options.setConnectionTimeout(config.connectTimeoutSeconds());
        if (!config.username().isEmpty()) {
            options.setUserName(config.username());
            options.setPassword(config.password().getBytes(StandardCharsets.UTF_8));
        }
        return options;
    }

    private void lost(MqttAsyncClient client, String why) {
        if (client != connected) {
            return; // an attempt that failed is already being retried
        }
        connected = null;
        LOG.warn("lost the connection to {} as {}: {}", config.brokerUrl(), config.clientId(), why);
        discard(client);
        connect();
    }

    private static void discard(@Nullable MqttAsyncClient client) {
        if (client == null) {
            return;
        }
        try {
            client.disconnectForcibly(0, 1, false);
        } catch (MqttException e) {
            LOG.trace("a client that never connected cannot be disconnected", e);
        }
        try {
            client.close(true);
        } catch (MqttException e) {
            LOG.debug("a client could not be closed", e);
        }
    }

    /** Disconnects; the broker keeps the session and what is not acknowledged. */
    @Override
    public void close() {
        scheduler.shutdownNow();
        try {
            if (!scheduler.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("an attempt to connect to {} does not end", config.brokerUrl());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        MqttAsyncClient client = connected;
        connected = null;
        if (client != null) {
            disconnect(client);
        }
    }

    private static void disconnect(MqttAsyncClient client) {
        try {
            client.disconnect(0).waitForCompletion(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            client.close();
        } catch (MqttException e) {
            LOG.debug("the connection was gone before it could be closed", e);
            discard(client);
        }
    }

    /** Paho's callbacks for one client. */
    private final class Callback implements MqttCallback {
        private final MqttAsyncClient client;

        Callback(MqttAsyncClient client) {
            this.client = client;
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            receiver.accept(new Delivery(client, message));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {
            if (!scheduler.isShutdown()) {
                scheduler.execute(() -> lost(client, String.valueOf(response)));
            }
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            LOG.warn("the connection to {} reports: {}", config.brokerUrl(), reason(exception));
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // publish() has its own listener
        }

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {
            // connect() waits for this itself
        }

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {
            // enhanced authentication is not offered
        }
    }
}
