package io.qanat.api;

/**
 * The journal's answer to an arrival, once it is durable.
 *
 * @param entry the journal entry; for a known identity the number is without meaning
 * @param redelivered the identity was known: it is counted, and must not be processed again
 */
public record Admission(long entry, boolean redelivered) {}
