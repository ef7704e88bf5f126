package io.qanat.api;

/**
 * How one source is received.
 *
 * @param source its name in the ledger
 * @param maxInFlight how many readings may be in the pipeline at once, at least 1
 * @param maxPayload largest payload in bytes, at least 1; a larger one is rejected
 * @param durable whether readings are journalled; otherwise the source is volatile, and a crash loses what is in memory
 */
public record IngressConfig(String source, int maxInFlight, int maxPayload, boolean durable) {
    public IngressConfig {
        Require.text(source, "source");
        Require.positive(maxInFlight, "maxInFlight");
        Require.positive(maxPayload, "maxPayload");
    }
}
