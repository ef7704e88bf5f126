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
        /** The subscription is not granted. */
        SUBSCRIPTION_REFUSED("subscription-refused"),
        /** An established connection broke. */
        LOST("lost"),
        /** Another client connected with the same client id. */
        TAKEN_OVER("taken-over"),
        /** Connections break again and again soon after they are made. */
        UNSTABLE("unstable"),
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
}
