package io.qanat.api;

import java.util.Map;

/**
 * Where every message of a source is. Each term is counted where it happens, none by subtraction, so {@link #balanced()}
 * is a check.
 *
 * @param received messages accepted, known identities excluded
 * @param normal scored without an active alarm
 * @param alarmed in a window with an active alarm
 * @param rejected refused, by reason
 * @param dropped given up by the gateway, by reason
 * @param open accepted and not finished: entries in the journal
 * @param redelivered known identities that came again; beside the sum
 * @param unscored in no scored window when the stream ended; beside the sum, they are among {@code normal}
 */
public record InputLedger(
        long received,
        long normal,
        long alarmed,
        Map<String, Long> rejected,
        Map<String, Long> dropped,
        long open,
        long redelivered,
        long unscored) {
    public InputLedger {
        rejected = Map.copyOf(rejected);
        dropped = Map.copyOf(dropped);
    }

    /** {@code received = normal + alarmed + rejected + dropped + open}. */
    public boolean balanced() {
        return received == normal + alarmed + total(rejected) + total(dropped) + open;
    }

    /** Sum over all reasons. */
    public static long total(Map<String, Long> byReason) {
        return byReason.values().stream().mapToLong(Long::longValue).sum();
    }
}
