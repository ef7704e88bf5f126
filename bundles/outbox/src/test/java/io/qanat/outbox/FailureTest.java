package io.qanat.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;

class FailureTest {
    private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");

    @Test
    void readsRetryAfterInSecondsAndAsADate() {
        assertThat(http(429, "30").retryAfter()).contains(Duration.ofSeconds(30));
        assertThat(http(503, "Fri, 02 Jan 2026 12:02:00 GMT").retryAfter()).contains(Duration.ofMinutes(2));
        assertThat(http(503, "Fri, 02 Jan 2026 11:00:00 GMT").retryAfter()).isEmpty();
        assertThat(http(429, "soon").retryAfter()).isEmpty();
        assertThat(http(500, "30").retryAfter()).isEmpty();
    }

    @Test
    void waitsAnHourAtMostWhateverAnEndpointAsks() {
        assertThat(http(429, "999999999").retryAfter()).contains(Duration.ofHours(1));
    }

    @Test
    void knowsTheRefusalsThatWillNeverChange() {
        assertThat(http(400, "").forGood()).isTrue();
        assertThat(http(413, "").forGood()).isTrue();
        assertThat(http(422, "").forGood()).isTrue();
        assertThat(http(401, "").forGood()).isFalse();
        assertThat(http(404, "").forGood()).isFalse();
        assertThat(Failure.of(new Refused(0x95), NOW).forGood()).isTrue();
        assertThat(Failure.of(new Refused(0x97), NOW).forGood()).isFalse();
    }

    @Test
    void looksBehindWhatWrapsTheAnswer() {
        Throwable wrapped = new CompletionException(new IllegalStateException("by the route", exception(422, "")));

        Failure failure = Failure.of(wrapped, NOW);

        assertThat(failure.forGood()).isTrue();
        assertThat(failure.error()).isEqualTo("by the route");
    }

    @Test
    void keepsAnErrorShort() {
        assertThat(Failure.of(new IllegalStateException("x".repeat(9_999)), NOW).error())
                .hasSize(500);
    }

    @Test
    void saysWhatToDoAboutWhatItKnowsAndKeepsThatWholeInALongError() {
        Throwable expired = new SSLHandshakeException("PKIX path validation failed")
                .initCause(new CertPathValidatorException("validity check failed", new CertificateExpiredException()));

        assertThat(Failure.of(expired, NOW).error())
                .isEqualTo("PKIX path validation failed; the endpoint's certificate has expired: renew it there; if it"
                        + " has not, set the gateway's clock");
        assertThat(http(401, "").error()).endsWith("does not accept the token: write a valid one to its file");
        assertThat(Failure.of(new ConnectException("x".repeat(9_999)), NOW).error())
                .hasSize(500)
                .endsWith("see that the endpoint runs and that its address is right");
        assertThat(Failure.of(new IllegalStateException("else"), NOW).error()).isEqualTo("else");
    }

    private static Failure http(int status, String retryAfter) {
        return Failure.of(exception(status, retryAfter), NOW);
    }

    private static HttpOperationFailedException exception(int status, String retryAfter) {
        return new HttpOperationFailedException(
                "http://cloud", status, "text", "", Map.of("retry-after", retryAfter), "");
    }

    /** Has the method of Paho's exception. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int reasonCode;

        Refused(int reasonCode) {
            this.reasonCode = reasonCode;
        }

        public int getReasonCode() {
            return reasonCode;
        }
    }
}
