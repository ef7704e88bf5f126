package io.qanat.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a text did in a dry run.
 *
 * @param text its name
 * @param beside names of the texts that ran with it
 * @param sources those that got the readings, each as {@code name (scheme:path)}
 * @param silent sources that got none, such as timers
 * @param readings of the recording
 * @param from {@code observedAt} of the earliest one
 * @param to {@code observedAt} of the latest one
 * @param ledgers by source
 * @param raised alarms that were raised, by name
 * @param cleared alarms that were cleared, by name
 * @param alarms the first 10,000 of them, by time
 * @param stored messages for the cloud by endpoint, as the outbox would have stored them
 * @param sent by endpoint, without options: what would have been sent there
 * @param failures exchanges that failed, by what they failed with; the first 20 kinds
 * @param seconds how long it took
 */
public record DryRunSide(
        String text,
        List<String> beside,
        List<String> sources,
        List<String> silent,
        long readings,
        Instant from,
        Instant to,
        Map<String, InputLedger> ledgers,
        Map<String, Long> raised,
        Map<String, Long> cleared,
        List<DryRunAlarm> alarms,
        Map<String, Long> stored,
        Map<String, Sent> sent,
        Map<String, Long> failures,
        double seconds) {

    /**
     * What would have been sent to one endpoint.
     *
     * @param bytes of all payloads
     * @param first payloads as text, each cut after 4,000 characters
     */
    public record Sent(long messages, long bytes, List<String> first) {
        public Sent {
            first = List.copyOf(first);
        }
    }

    public DryRunSide {
        Require.text(text, "text");
        beside = List.copyOf(beside);
        sources = List.copyOf(sources);
        silent = List.copyOf(silent);
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        ledgers = Map.copyOf(ledgers);
        raised = Map.copyOf(raised);
        cleared = Map.copyOf(cleared);
        alarms = List.copyOf(alarms);
        stored = Map.copyOf(stored);
        sent = Map.copyOf(sent);
        failures = Map.copyOf(failures);
    }
}
