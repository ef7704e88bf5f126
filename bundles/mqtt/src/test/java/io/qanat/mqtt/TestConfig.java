package io.qanat.mqtt;

import java.util.Optional;

/** Configurations for tests: quick to time out, sessions that last. */
final class TestConfig {
    private TestConfig() {}

    static MqttConfig to(String url, String clientId) {
        return to(url, clientId, 1024);
    }

    static MqttConfig to(String url, String clientId, int receiveMaximum) {
        return new MqttConfig(url, clientId, "", "", TlsFiles.NONE, Optional.empty(), receiveMaximum, 600, 30, 2, 0);
    }

    /** One that finds a dead connection within seconds. */
    static MqttConfig watching(String url, String clientId, int keepAliveSeconds, int watchdogSeconds) {
        return new MqttConfig(
                url,
                clientId,
                "",
                "",
                TlsFiles.NONE,
                Optional.empty(),
                1024,
                600,
                keepAliveSeconds,
                2,
                watchdogSeconds);
    }
}
