package io.qanat.outbox;

import io.qanat.api.StageStatus;
import java.util.HashMap;
import java.util.Map;

/**
 * What a forwarder counts, since its start.
 *
 * <p>Threads: changed by the forwarder's; read by any.
 */
final class ForwarderFigures {
    private final Map<String, Number> counts = new HashMap<>();
    private int inFlight;
    private boolean failing;
    private long failuresBefore;
    private String state = "idle";
    private String breaker = "closed";
    private String lastError = "";

    ForwarderFigures() {
        for (String name : new String[] {"sent", "delivered", "failures", "retries", "timeouts", "late", "parked"}) {
            counts.put(name, 0L);
        }
    }

    synchronized void state(String state, String breaker) {
        this.state = state;
        this.breaker = breaker;
    }

    synchronized void sent(int messages, long again) {
        inFlight += messages;
        add("sent", messages);
        add("retries", again);
    }

    synchronized void answered(int messages) {
        inFlight -= messages;
    }

    synchronized void failed() {
        add("failures", 1);
    }

    synchronized void timedOut() {
        add("timeouts", 1);
    }

    /** Acknowledged after the try was given up. */
    synchronized void late(int messages) {
        add("late", messages);
    }

    synchronized void parked() {
        add("parked", 1);
    }

    synchronized void delivered(int messages) {
        add("delivered", messages);
    }

    private void add(String name, long more) {
        counts.merge(name, more, (one, other) -> one.longValue() + other.longValue());
    }

    /** @return whether it is the first failure since the endpoint took messages */
    synchronized boolean failing(String error) {
        boolean first = !failing;
        failing = true;
        lastError = error;
        return first;
    }

    /** @return how many tries failed until now that the endpoint takes messages again; 0 when none did */
    synchronized long recovered() {
        long failures = counts.getOrDefault("failures", 0L).longValue();
        long failed = failing ? failures - failuresBefore : 0;
        failing = false;
        failuresBefore = failures;
        return failed;
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized StageStatus status(String stage) {
        Map<String, Number> figures = new HashMap<>(counts);
        figures.put("inFlight", inFlight);
        return new StageStatus(stage, figures, Map.of("state", state, "breaker", breaker, "lastError", lastError));
    }
}
