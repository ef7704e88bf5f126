package io.qanat.mqtt;

import io.qanat.mqtt.MqttFault.Kind;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.packet.MqttReturnCode;
import org.jspecify.annotations.Nullable;

/** Says in words for people what Paho and the network report about one connection. Threads: any. */
final class Faults {
    /** What a broker answers by TLS when it misses or refuses a client's certificate. */
    private static final List<String> CLIENT_CERTIFICATE_ALERTS = List.of(
            "certificate_required",
            "bad_certificate",
            "unknown_ca",
            "certificate_unknown",
            "certificate_expired",
            "certificate_revoked",
            "handshake_failure",
            "access_denied");

    private final MqttConfig config;
    private final Clock clock;
    private final String who;

    Faults(MqttConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.who = config.brokerUrl() + " as " + config.clientId();
    }

    /** An attempt to connect failed. */
    MqttFault connecting(Throwable failure) {
        return tls(failure).orElseGet(() -> unencrypted(failure));
    }

    private MqttFault unencrypted(Throwable failure) {
        int code = failure instanceof MqttException e ? e.getReasonCode() : 0;
        return switch (code) {
            case MqttReturnCode.RETURN_CODE_BAD_USERNAME_OR_PASSWORD,
                    MqttReturnCode.RETURN_CODE_NOT_AUTHORIZED,
                    MqttReturnCode.RETURN_CODE_BANNED,
                    MqttReturnCode.RETURN_CODE_IDENTIFIER_NOT_VALID ->
                fault(
                        Kind.LOGIN_REFUSED,
                        "the broker refuses " + who + ": " + reason(failure)
                                + "; check username, password and clientId, and the user's rights at the broker",
                        failure);
            case MqttClientException.REASON_CODE_CLIENT_TIMEOUT ->
                fault(
                        Kind.NO_ANSWER,
                        who + " gets no answer within " + config.connectTimeoutSeconds()
                                + " s: the broker hangs, or what listens there does not speak MQTT 5",
                        failure);
            default ->
                fault(
                        Kind.UNREACHABLE,
                        "cannot connect to " + who + ": " + reason(failure)
                                + "; is the broker running, and the way open?",
                        failure);
        };
    }

    /** A PEM file cannot be used. */
    MqttFault tlsFiles(IOException failure) {
        return fault(Kind.TLS_FILES, "cannot connect to " + who + ": " + failure.getMessage(), failure);
    }

    /** What TLS reports, most telling cause first. */
    private Optional<MqttFault> tls(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Optional<Throwable> outdated = first(
                causes,
                cause -> cause instanceof CertificateExpiredException
                        || cause instanceof CertificateNotYetValidException);
        if (outdated.isPresent()) {
            return outdated.map(cause -> outdated(cause, failure));
        }
        Optional<Throwable> untrusted = first(
                causes,
                cause -> cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException);
        if (untrusted.isPresent()) {
            return untrusted.map(cause -> untrusted(cause, failure));
        }
        return first(causes, SSLException.class::isInstance)
                .map(cause -> handshake(cause, causes.get(causes.size() - 1), failure));
    }

    private static Optional<Throwable> first(List<Throwable> causes, Predicate<Throwable> wanted) {
        return causes.stream().filter(wanted).findFirst();
    }

    private MqttFault outdated(Throwable cause, Throwable failure) {
        return fault(
                Kind.CERTIFICATE_EXPIRED,
                certificate() + "is not valid now (" + cause.getMessage() + ", it is " + clock.instant()
                        + " here): renew it, or set this gateway's clock",
                failure);
    }

    private MqttFault untrusted(Throwable cause, Throwable failure) {
        return fault(
                Kind.CERTIFICATE_UNTRUSTED,
                certificate() + "is not from an authority in " + trusted() + ": " + cause.getMessage(),
                failure);
    }

    private MqttFault handshake(Throwable tls, Throwable root, Throwable failure) {
        if (root instanceof CertificateException) {
            return fault(
                    Kind.CERTIFICATE_WRONG_HOST,
                    certificate() + "is not for the host in the URL: " + root.getMessage()
                            + "; use a name that it is for, or a certificate for this one",
                    failure);
        }
        String message = String.valueOf(tls.getMessage());
        if (CLIENT_CERTIFICATE_ALERTS.stream().anyMatch(message::contains)) {
            return fault(
                    Kind.CLIENT_CERTIFICATE_REFUSED,
                    "the broker refuses " + who + " by TLS: " + message + "; "
                            + (config.tls().clientCertificate().isEmpty()
                                    ? "it may want a client certificate: set clientCertificate and clientKey"
                                    : "it does not accept " + config.tls().clientCertificate()),
                    failure);
        }
        return fault(Kind.TLS, "no TLS connection to " + who + ": " + message + "; does it speak TLS there?", failure);
    }

    private String certificate() {
        return "the certificate of " + config.brokerUrl() + " ";
    }

    private String trusted() {
        String file = config.tls().caCertificate();
        return file.isEmpty() ? "Java's trust store (set caCertificate?)" : "caCertificate " + file;
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /** The broker answered a subscription with something else than the grant of each filter. */
    MqttFault notGranted(String filter, int code) {
        return fault(
                Kind.SUBSCRIPTION_REFUSED,
                "the broker " + config.brokerUrl() + " does not grant QoS 1 for " + filter + " to " + config.clientId()
                        + ": reason code " + code + reasonCode(code) + "; check the user's rights at the broker",
                null);
    }

    /** A subscription was sent, and no answer came. */
    MqttFault subscriptionUnanswered(Throwable failure) {
        return fault(
                Kind.NO_ANSWER,
                who + " gets no answer to its subscription: " + reason(failure) + "; the connection is made anew",
                failure);
    }

    /** An established connection ended. */
    MqttFault lost(@Nullable MqttDisconnectResponse response) {
        MqttException failure = response == null ? null : response.getException();
        if (code(response) == MqttReturnCode.RETURN_CODE_SESSION_TAKEN_OVER) {
            return fault(
                    Kind.TAKEN_OVER,
                    "another client connected to " + config.brokerUrl() + " with the client id " + config.clientId()
                            + " and pushed this one out: give each connection a clientId of its own",
                    failure);
        }
        String why = failure != null ? reason(failure) : response == null ? "no reason given" : words(response);
        return fault(Kind.LOST, "lost the connection to " + who + ": " + why, failure);
    }

    /** Established connections end again and again within seconds. */
    MqttFault unstable(MqttFault last) {
        return fault(
                Kind.UNSTABLE,
                "connections to " + who + " break soon after they are made, the last one with: " + last.getMessage()
                        + "; does another client use the same clientId (some brokers do not say so)?",
                last);
    }

    private static int code(@Nullable MqttDisconnectResponse response) {
        return response == null ? 0 : response.getReturnCode();
    }

    private static String words(MqttDisconnectResponse response) {
        String given = response.getReasonString();
        return "the broker ended it with reason code " + response.getReturnCode() + reasonCode(response.getReturnCode())
                + (given == null ? "" : ", " + given);
    }

    /** A message to this client itself did not come back. */
    MqttFault silent() {
        return fault(
                Kind.SILENT,
                "the connection to " + who + " stands, and nothing comes through it: a message to itself did not come"
                        + " back within " + config.connectTimeoutSeconds() + " s; the connection is made anew",
                null);
    }

    /** A message could not be stored. */
    MqttFault notJournalled(String why) {
        return fault(
                Kind.NOT_JOURNALLED,
                "a message from " + who + " was not journalled and stays with the broker, which is asked for it again: "
                        + why,
                null);
    }

    /** Why a message was not published, when the connection or the client failed. */
    MqttFault notPublished(String topic, @Nullable Throwable cause) {
        return fault(
                Kind.LOST,
                "the broker " + config.brokerUrl() + " did not acknowledge a message to " + topic
                        + (cause == null ? "" : ": " + reason(cause)),
                cause);
    }

    /** Why a message was not published, when the broker answered with a refusal. */
    MqttFault publishRefused(String topic, int code) {
        return fault(
                Kind.PUBLISH_REFUSED,
                "the broker " + config.brokerUrl() + " refused a message to " + topic + " from " + config.clientId()
                        + ": reason code " + code + reasonCode(code),
                null);
    }

    /** There is no connection to publish through. */
    MqttFault notConnected(Optional<MqttFault> last) {
        return fault(
                Kind.LOST,
                "not connected to " + who + ", trying again"
                        + last.map(fault -> ": " + fault.getMessage()).orElse(""),
                null);
    }

    private static String reasonCode(int code) {
        return " (" + new MqttException(code).getMessage() + ")";
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return cause == null || cause.getMessage() == null ? message : message + ": " + cause.getMessage();
    }

    private static MqttFault fault(Kind kind, String message, @Nullable Throwable cause) {
        return new MqttFault(kind, message, cause);
    }
}
