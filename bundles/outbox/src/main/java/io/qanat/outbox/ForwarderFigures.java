package io.qanat.outbox;

import io.qanat.api.StageStatus;
import java.util.Map;

/**
 * What a forwarder counts.
 *
 * <p>Threads: changed by the forwarder's; read by any.
 */
final class ForwarderFigures {
    private long delivered;
    private long failures;
    private long retries;
    private int inFlight;
    private boolean failing;
    private String state = "idle";
    private String lastError = "";

    synchronized void state(String state) {
        this.state = state;
    }

    synchronized void sent() {
        inFlight++;
    }

    synchronized void answered() {
        inFlight--;
    }

    synchronized void failed() {
        failures++;
    }

    synchronized void retried(long messages) {
        retries += messages;
    }

    synchronized void delivered(long messages) {
        delivered += messages;
    }

    synchronized void failing(String error) {
        failing = true;
        state = "retrying";
        lastError = error;
    }

    synchronized void recovered() {
        failing = false;
    }

    synchronized boolean isFailing() {
        return failing;
    }

    synchronized long failures() {
        return failures;
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized StageStatus status(String stage) {
        return new StageStatus(
                stage,
                Map.of("delivered", delivered, "failures", failures, "retries", retries, "inFlight", inFlight),
                Map.of("state", state, "lastError", lastError));
    }
}
