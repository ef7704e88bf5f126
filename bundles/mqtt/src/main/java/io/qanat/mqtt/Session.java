package io.qanat.mqtt;

import io.qanat.api.ArrivalOrder;
import io.qanat.api.Delivery;
import io.qanat.api.Receipt;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, from the attempt to its end; after that a new one is made. Its Paho client gets its
 * callback before it connects, since a durable session delivers at once. Paho's own reconnect, offline buffer and
 * persistence are not used.
 *
 * <p>Threads: {@link #open}, {@link #close} and {@link #discard} from one; the rest from any. Messages arrive on Paho's
 * callback thread.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final int QOS = 1;
    /** Retained messages only when the subscription is new: a renewed one repeats nothing. */
    private static final int RETAINED_WHEN_NEW = 1;

    private static final int RECEIVE_MAXIMUM_WHEN_NOT_SAID = 65535;
    private static final long CLOSE_SECONDS = 5;

    private final MqttConfig config;
    private final Faults faults;
    private final Events events;
    private final MqttAsyncClient client;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong resubscribes = new AtomicLong();
    private final Probe probe;
    private final ArrivalOrder order = new ArrivalOrder();
    private volatile @Nullable Publications publications;
    private long messagesAtLastCheck;
    private boolean resumed;

    /** What a session reports. */
    interface Events {
        /** A message, on Paho's callback thread. */
        void received(Delivery delivery, byte[] payload);

        /** The end of an established connection, on any thread; may be told more than once. */
        void lost(Session session, MqttFault why);
    }

    Session(MqttConfig config, Faults faults, Probe probe, Events events) throws MqttFault {
        this.config = config;
        this.faults = faults;
        this.events = events;
        this.probe = probe;
        try {
            client = new MqttAsyncClient(config.brokerUrl(), config.clientId(), new MemoryPersistence());
        } catch (MqttException e) {
            throw faults.connecting(e);
        }
        client.setManualAcks(true);
        client.setCallback(new Callback());
    }

    /** Connects and subscribes; returns when the broker has granted both. */
    void open(List<String> filters) throws MqttFault {
        connect();
        if (!filters.isEmpty()) {
            subscribe(filters);
        }
    }

    private void connect() throws MqttFault {
        try {
            IMqttToken token = client.connect(ConnectOptions.of(config, faults));
            token.waitForCompletion(timeoutMillis());
            resumed = token.getSessionPresent();
            publications = new Publications(client, faults, receiveMaximum(token.getResponseProperties()));
        } catch (MqttException e) {
            throw faults.connecting(e);
        }
    }

    private static int receiveMaximum(@Nullable MqttProperties response) {
        Integer said = response == null ? null : response.getReceiveMaximum();
        return said == null ? RECEIVE_MAXIMUM_WHEN_NOT_SAID : said;
    }

    private long timeoutMillis() {
        return TimeUnit.SECONDS.toMillis(config.connectTimeoutSeconds());
    }

    private void subscribe(List<String> filters) throws MqttFault {
        MqttSubscription[] subscriptions =
                filters.stream().map(Session::subscription).toArray(MqttSubscription[]::new);
        IMqttToken token;
        try {
            token = client.subscribe(subscriptions);
            token.waitForCompletion(timeoutMillis());
        } catch (MqttException e) {
            throw faults.subscriptionUnanswered(e);
        }
        int[] codes = token.getReasonCodes();
        for (int i = 0; i < subscriptions.length; i++) {
            int code = codes == null || codes.length <= i ? -1 : codes[i];
            if (code != QOS) {
                throw faults.notGranted(subscriptions[i].getTopic(), code);
            }
        }
    }

    private static MqttSubscription subscription(String filter) {
        MqttSubscription subscription = new MqttSubscription(filter, QOS);
        subscription.setRetainHandling(RETAINED_WHEN_NEW);
        return subscription;
    }

    /**
     * To be called at intervals: when nothing arrived since the last call, and nothing waits here for its
     * acknowledgement, renews the subscriptions and sends a message to itself.
     *
     * @throws MqttFault when the broker does not answer, refuses, or the message does not come back
     */
    void check(List<String> filters) throws MqttFault {
        long seen = messages.get();
        boolean quiet = seen == messagesAtLastCheck && seen == acknowledged.get();
        messagesAtLastCheck = seen;
        if (!quiet) {
            return;
        }
        subscribe(filters);
        resubscribes.incrementAndGet();
        if (probe.isPossible() && !probe() && messages.get() == seen) {
            throw faults.silent();
        }
    }

    /** Whether a message to this client came back, or could not even be sent for want of rights. */
    private boolean probe() throws MqttFault {
        try {
            subscribe(List.of(probe.topic()));
            publish(probe.topic(), probe.next()).get(timeoutMillis(), TimeUnit.MILLISECONDS);
        } catch (MqttFault e) {
            return impossible(e);
        } catch (ExecutionException e) {
            return impossible(e.getCause());
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        return probe.awaitReturn(timeoutMillis());
    }

    private boolean impossible(@Nullable Throwable cause) throws MqttFault {
        if (!(cause instanceof MqttFault fault) || !fault.isRefusal()) {
            return false;
        }
        probe.giveUp();
        LOG.info(
                "{} may not publish and receive {}: a connection that delivers nothing is found by renewing its"
                        + " subscriptions only",
                config.clientId(),
                probe.topic());
        return true;
    }

    /** Subscriptions renewed by {@link #check}. */
    long resubscribes() {
        return resubscribes.get();
    }

    /** Whether the broker had kept the session; otherwise what was published in the meantime is lost. */
    boolean resumed() {
        return resumed;
    }

    boolean isConnected() {
        return client.isConnected();
    }

    /** Messages that arrived. */
    long messages() {
        return messages.get();
    }

    /** Payload bytes that arrived. */
    long bytes() {
        return bytes.get();
    }

    /** See {@link MqttConnection#publish}. */
    CompletableFuture<Void> publish(String topic, MqttMessage message) {
        Publications open = publications;
        return open == null
                ? CompletableFuture.failedFuture(faults.notPublished(topic, null))
                : open.publish(topic, message);
    }

    /** Disconnects; the broker keeps the session and what is not acknowledged. */
    void close() {
        endPublications(faults.lost(null));
        try {
            client.disconnect(0).waitForCompletion(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            client.close();
        } catch (MqttException e) {
            LOG.debug("the connection was gone before it could be closed", e);
            discard(faults.lost(null));
        }
    }

    /** Ends the connection without a word to the broker. */
    void discard(MqttFault why) {
        endPublications(why);
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

    private void endPublications(MqttFault why) {
        Publications open = publications;
        if (open != null) {
            open.end(why);
        }
    }

    /** A message of this session. */
    private final class Received implements MqttDelivery {
        private final int messageId;
        private final int qos;
        private final String topic;
        private final MqttProperties properties;

        Received(String topic, MqttMessage message) {
            this.messageId = message.getId();
            this.qos = message.getQos();
            this.topic = topic;
            this.properties = message.getProperties();
        }

        @Override
        public boolean acknowledge(Receipt receipt) {
            acknowledged.getAndIncrement();
            if (qos == 0) {
                return true;
            }
            if (!client.isConnected()) {
                return false;
            }
            try {
                client.messageArrivedComplete(messageId, qos);
                return true;
            } catch (MqttException e) {
                return false;
            }
        }

        @Override
        public void refuse(String why) {
            events.lost(Session.this, faults.notJournalled(why));
        }

        @Override
        public ArrivalOrder order() {
            return order;
        }

        @Override
        public boolean atLeastOnce() {
            return qos > 0;
        }

        @Override
        public String topic() {
            return topic;
        }

        @Override
        public String contentType() {
            String type = properties.getContentType();
            return type == null ? "" : type;
        }

        @Override
        public Map<String, String> userProperties() {
            Iterator<UserProperty> each = properties.getUserProperties().iterator();
            if (!each.hasNext()) {
                return Map.of();
            }
            Map<String, String> byName = new LinkedHashMap<>();
            each.forEachRemaining(property -> byName.put(property.getKey(), property.getValue()));
            return byName;
        }
    }

    /** Paho's callbacks. */
    private final class Callback implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            byte[] payload = message.getPayload();
            if (topic.startsWith(Probe.TOPICS)) {
                probe.arrived(topic, payload);
                acknowledgeProbe(message);
                return;
            }
            messages.getAndIncrement();
            bytes.getAndAdd(payload.length);
            events.received(new Received(topic, message), payload);
        }

        private void acknowledgeProbe(MqttMessage message) {
            try {
                client.messageArrivedComplete(message.getId(), message.getQos());
            } catch (MqttException e) {
                LOG.trace("the connection is gone", e);
            }
        }

        @Override
        public void disconnected(@Nullable MqttDisconnectResponse response) {
            events.lost(Session.this, faults.lost(response));
        }

        @Override
        public void mqttErrorOccurred(MqttException exception) {
            LOG.debug("the connection to {} reports an error", config.brokerUrl(), exception);
        }

        @Override
        public void deliveryComplete(IMqttToken token) {
            // each publication has its own listener
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
