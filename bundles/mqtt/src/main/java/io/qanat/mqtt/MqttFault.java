package io.qanat.mqtt;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a connection does not work: of a kind, for whoever counts, and in words, for whoever repairs it. */
final class MqttFault extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. The name in a stage's status is {@link #text()}. */
    enum Kind {
        /** Nothing listens there, or no way leads there. */
        UNREACHABLE("unreachable"),
        /** Something listens there and does not answer in time. */
        NO_ANSWER("no-answer"),
        /** User, password or client id are not accepted. */
        LOGIN_REFUSED("login-refused"),
        /** A PEM file cannot be used. */
        TLS_FILES("tls-files"),
        /** The broker's certificate is not from an authority that is trusted. */
        CERTIFICATE_UNTRUSTED("certificate-untrusted"),
        /** The broker's certificate has expired, or is not valid yet. */
        CERTIFICATE_EXPIRED("certificate-expired"),
        /** The broker's certificate is for another host. */
        CERTIFICATE_WRONG_HOST("certificate-wrong-host"),
        /** The broker does not accept this gateway's certificate, or misses one. */
        CLIENT_CERTIFICATE_REFUSED("client-certificate-refused"),
        /** TLS fails for another reason. */
        TLS("tls"),
        /** The subscription is not granted. */
        SUBSCRIPTION_REFUSED("subscription-refused"),
        /** The connection stands, and messages do not come through. */
        SILENT("silent"),
        /** An established connection broke. */
        LOST("lost"),
        /** Another client connected with the same client id. */
        TAKEN_OVER("taken-over"),
        /** Connections break again and again soon after they are made. */
        UNSTABLE("unstable"),
        /** The broker answered a message with a refusal. */
        PUBLISH_REFUSED("publish-refused"),
        /** The journal could not store a message, so that it has to come again. */
        NOT_JOURNALLED("not-journalled");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** As docs/mqtt.md names it. */
        String text() {
            return text;
        }
    }

    private final Kind kind;

    MqttFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the broker answered, and said no. */
    boolean isRefusal() {
        return kind == Kind.SUBSCRIPTION_REFUSED || kind == Kind.PUBLISH_REFUSED;
    }
}
