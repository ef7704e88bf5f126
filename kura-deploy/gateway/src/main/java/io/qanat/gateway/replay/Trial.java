package io.qanat.gateway.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.qanat.gateway.control.ControlClient;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks a gateway for a dry run, and tells meanwhile how far it has come. Threads: any; one own, {@code qanat-progress}. */
public final class Trial {
    private static final long EACH_SECONDS = 2;

    private final ControlClient client;

    public Trial(ControlClient client) {
        this.client = client;
    }

    /** @throws IOException with what the gateway says when it refuses */
    public JsonNode call(String operation, Map<String, ?> arguments) throws IOException {
        ScheduledExecutorService telling = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "qanat-progress");
            thread.setDaemon(true);
            return thread;
        });
        telling.scheduleWithFixedDelay(this::tell, EACH_SECONDS, EACH_SECONDS, TimeUnit.SECONDS);
        try {
            return client.call(operation, arguments);
        } finally {
            telling.shutdownNow();
        }
    }

    private void tell() {
        try {
            JsonNode progress = client.call("dryRun.progress", Map.of());
            if (progress.isObject()) {
                System.err.printf(
                        Locale.ROOT,
                        "  ... %s: %,d readings, %.0f %%%n",
                        progress.path("what").asText(),
                        progress.path("readings").asLong(),
                        100 * progress.path("share").asDouble());
            }
        } catch (IOException e) {
            // The dry run's own call tells what is wrong.
            showWhenAsked(e);
        }
    }

    private static void showWhenAsked(IOException e) {
        if (System.getProperty("qanat.debug") != null) {
            e.printStackTrace(System.err);
        }
    }
}
