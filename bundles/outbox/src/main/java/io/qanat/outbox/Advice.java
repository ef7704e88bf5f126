package io.qanat.outbox;

import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * What a person can do about a try that failed. Exceptions of Kafka's client, whose classes are in the connector's
 * bundle, are known by their names.
 *
 * @param applies to the exceptions that it is about
 * @param text what to do
 */
record Advice(Predicate<Throwable> applies, String text) {
    private static final String KAFKA = "org.apache.kafka.common.";

    /** How JSSE tells of alerts by which a server refuses a client. */
    private static final Pattern CLIENT_REFUSED = Pattern.compile(
            "fatal alert: (bad_certificate|certificate_\\w+|unknown_ca|access_denied|handshake_failure)");

    private static final Pattern CLOSED = Pattern.compile("Broken pipe|Connection reset");

    private static final List<Advice> ALL = List.of(
            new Advice(
                    UnknownHostException.class::isInstance,
                    "the host's name cannot be resolved: see that it is right and that the network is there"),
            new Advice(
                    ConnectException.class::isInstance,
                    "nothing answers there: see that the endpoint runs and that its address is right"),
            new Advice(
                    CertificateExpiredException.class::isInstance,
                    "the endpoint's certificate has expired: renew it there; if it has not, set the gateway's clock"),
            new Advice(
                    CertificateNotYetValidException.class::isInstance,
                    "the endpoint's certificate is not valid yet: see that the gateway's clock is right"),
            new Advice(
                    CertPathBuilderException.class::isInstance,
                    "no trusted authority has signed the endpoint's certificate: add its authority to the trust file"),
            new Advice(
                    SSLPeerUnverifiedException.class::isInstance,
                    "the endpoint's certificate is for another host: use a name that stands in it, or renew it there"),
            new Advice(
                    Advice::isClientRefused,
                    "the endpoint wants a certificate of the gateway, or does not trust it: give certificate and key"
                            + " signed by an authority that the endpoint trusts"),
            new Advice(
                    failure -> Failure.httpStatus(failure)
                            .filter(status -> status == 401)
                            .isPresent(),
                    "the endpoint does not accept the token: write a valid one to its file"),
            new Advice(
                    failure -> Failure.httpStatus(failure)
                            .filter(status -> status == 403)
                            .isPresent(),
                    "the endpoint knows the gateway and forbids this: grant it there"),
            new Advice(
                    Advice::isClosed,
                    "the endpoint closed the connection: it may be restarting; where it asks for a certificate, give"
                            + " certificate and key signed by an authority that the endpoint trusts"),
            kafka("errors.SaslAuthenticationException", "the brokers do not accept this user or its password"),
            kafka("errors.TopicAuthorizationException", "grant the gateway's user WRITE and DESCRIBE on the topic"),
            kafka("errors.ClusterAuthorizationException", "grant the gateway's user IDEMPOTENT_WRITE on the cluster"),
            kafka(
                    "errors.RecordTooLargeException",
                    "raise max.message.bytes of the topic or maxRequestSize of the" + " route, then retry it"),
            kafka("errors.TimeoutException", "see that the brokers run and can be reached, and that the topic exists"),
            kafka("config.ConfigException", "see that the brokers' names are right and can be resolved"));

    private static Advice kafka(String exception, String text) {
        return new Advice(failure -> failure.getClass().getName().equals(KAFKA + exception), text);
    }

    /** With TLS 1.3 the alert often comes too late: the client is writing already. */
    private static boolean isClosed(Throwable failure) {
        return failure instanceof SocketException
                && CLOSED.matcher(String.valueOf(failure.getMessage())).find();
    }

    private static boolean isClientRefused(Throwable failure) {
        return failure instanceof SSLException
                && CLIENT_REFUSED.matcher(String.valueOf(failure.getMessage())).find();
    }

    /** About the innermost cause of which something is known. */
    static Optional<String> on(Throwable failure) {
        Optional<String> found = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> outer = found;
            found = about(cause).or(() -> outer);
        }
        return found;
    }

    private static Optional<String> about(Throwable cause) {
        return ALL.stream()
                .filter(advice -> advice.applies.test(cause))
                .map(Advice::text)
                .findFirst();
    }
}
