package io.qanat.mqtt;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How to reach a broker.
 *
 * @param brokerUrl {@code tcp://host:port} or {@code ssl://host:port}
 * @param clientId the same after a restart, since the broker keeps the session under it
 * @param username empty for none
 * @param password empty for none
 * @param tls for {@code ssl://} and {@code wss://}; the broker's certificate must name the host of the URL
 * @param will what the broker publishes when the gateway is gone without a word
 * @param receiveMaximum how many messages the broker may send without acknowledgement, 1 to 65535
 * @param sessionExpirySeconds how long the broker keeps the session while the gateway is away
 * @param keepAliveSeconds interval of pings; 0 turns them off
 * @param connectTimeoutSeconds limit for one attempt, and for each answer of the broker
 * @param watchdogSeconds a subscription on which nothing arrives for so long is renewed and tried; 0 turns that off
 */
public record MqttConfig(
        String brokerUrl,
        String clientId,
        String username,
        String password,
        TlsFiles tls,
        Optional<Will> will,
        int receiveMaximum,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        int connectTimeoutSeconds,
        int watchdogSeconds) {
    /**
     * The last will: published by the broker with QoS 1 one second after the connection broke, not when it is closed.
     *
     * @param topic where to
     * @param payload text, sent as UTF-8
     * @param retained whether the broker keeps it for later subscribers
     */
    public record Will(String topic, String payload, boolean retained) {
        public Will {
            if (topic.isBlank() || topic.contains("#") || topic.contains("+")) {
                throw new IllegalArgumentException(
                        "willTopic is '" + topic + "': it must name one topic, without + and #");
            }
            Objects.requireNonNull(payload, "payload");
        }
    }

    private static final int LARGEST_RECEIVE_MAXIMUM = 65_535;
    private static final Set<String> ENCRYPTED = Set.of("ssl", "wss");
    private static final Set<String> PLAIN = Set.of("tcp", "ws");

    public MqttConfig {
        checkUrl(brokerUrl);
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("clientId is blank: give each connection its own");
        }
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
        if (!tls.isEmpty() && !encrypted(brokerUrl)) {
            throw new IllegalArgumentException(
                    "brokerUrl is '" + brokerUrl + "' and certificates are given: only ssl:// and wss:// use them");
        }
        within(receiveMaximum, 1, LARGEST_RECEIVE_MAXIMUM, "receiveMaximum");
        within(sessionExpirySeconds, 0, 0xFFFFFFFFL, "sessionExpiry");
        within(keepAliveSeconds, 0, 65535, "keepAlive");
        within(connectTimeoutSeconds, 1, 3600, "connectTimeout");
        within(watchdogSeconds, 0, 86400, "watchdog");
    }

    private static void checkUrl(String brokerUrl) {
        String expected = "brokerUrl is '" + brokerUrl + "': it must be like tcp://localhost:1883 or ssl://host:8883";
        try {
            URI uri = URI.create(brokerUrl);
            String scheme = String.valueOf(uri.getScheme());
            if (!PLAIN.contains(scheme) && !ENCRYPTED.contains(scheme) || uri.getHost() == null) {
                throw new IllegalArgumentException(expected);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected, e);
        }
    }

    private static boolean encrypted(String brokerUrl) {
        return ENCRYPTED.contains(URI.create(brokerUrl).getScheme());
    }

    /** Whether the connection is by TLS. */
    boolean encrypted() {
        return encrypted(brokerUrl);
    }

    /**
     * The same for a broker that counts messages of ended connections as unacknowledged for ever, as Artemis 2.40 does: it
     * then sends nothing more until it may send more than those.
     *
     * <p>Each time it is eight times the receive maximum: a gateway that was killed several times is through after a few
     * intervals of the watchdog. What is under way stays bounded by the pipeline, which holds no payloads.
     *
     * @param silences how often a connection was found to deliver nothing
     */
    MqttConfig withRoomFor(int silences) {
        int shift = Math.min(3 * silences, Short.SIZE);
        int room = (int) Math.min(LARGEST_RECEIVE_MAXIMUM, (long) receiveMaximum << shift);
        return new MqttConfig(
                brokerUrl,
                clientId,
                username,
                password,
                tls,
                will,
                room,
                sessionExpirySeconds,
                keepAliveSeconds,
                connectTimeoutSeconds,
                watchdogSeconds);
    }

    private static void within(long value, long low, long high, String name) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ": it must be from " + low + " to " + high);
        }
    }

    /** Without the password, since configurations get into logs. */
    @Override
    public String toString() {
        return "MqttConfig[" + brokerUrl + ", clientId=" + clientId + ", username=" + username + "]";
    }
}
