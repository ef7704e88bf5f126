package io.qanat.benchmarks;

import io.qanat.api.InputLedger;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.Gateway;
import java.util.Map;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * The gateway's side of a drain. The gateway runs all the time; between its turns the route that receives is taken out, and
 * the broker keeps what is published for it.
 *
 * <p>Threads: one.
 */
final class GatewayDrain {
    static final String TEXT = "readings-to-alarms.xml";
    private static final long LIMIT_SECONDS = 300;
    private static final InputLedger NOTHING = new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0);

    private final Gateway gateway;
    private final RouteLoader loader;
    private final Backlog backlog;
    private final String source;
    private final String text;

    /**
     * Makes the broker keep the backlog for the source.
     *
     * @param source that the route receives for; a second side beside this one needs another, and other windows
     * @param text routes whose first receives
     */
    GatewayDrain(Gateway gateway, RouteLoader loader, Backlog backlog, String source, String text)
            throws MqttException {
        this.gateway = gateway;
        this.loader = loader;
        this.backlog = backlog;
        this.source = source;
        this.text = text;
        backlog.subscribe("qanat-" + source);
    }

    /** The shipped text without its first route: nothing is received. */
    static String idle(String text) {
        String end = "</route>";
        int from = text.indexOf("<route id=\"readings-to-alarms\">");
        return text.substring(0, from) + text.substring(text.indexOf(end, from) + end.length());
    }

    /** @return readings per second, from the first one that is acknowledged to the outcome of the last one */
    double rate() throws RouteException, InterruptedException {
        long before = ledger().received();
        loader.load(TEXT, text);
        Waiting.until("the first reading is there", LIMIT_SECONDS, () -> acknowledged() > 0);
        long begin = System.nanoTime();
        // More than the backlog when the broker missed acknowledgements as the route was taken out the last time.
        Waiting.until("the backlog is drained", LIMIT_SECONDS, () -> acknowledged() >= backlog.size() && isIdle());
        double rate = backlog.size() / ((System.nanoTime() - begin) / 1e9);
        // Those of a volatile source are counted a little later.
        Waiting.until("all are counted", LIMIT_SECONDS, () -> ledger().received() == before + backlog.size());
        Progress.say("mean batch %.1f"
                .formatted(gateway.status("onnx:mote-detector")
                        .map(status -> status.measure("meanBatchSize"))
                        .orElse(0.0)));
        loader.load(TEXT, idle(text));
        return rate;
    }

    InputLedger ledger() {
        return gateway.ledgers().input().getOrDefault(source, NOTHING);
    }

    /** Since its route was loaded. */
    private long acknowledged() {
        return gateway.status("mqtt:" + source)
                .map(status -> status.count("acknowledged"))
                .orElse(0L);
    }

    private boolean isIdle() {
        return gateway.status("mqtt:" + source)
                .filter(status -> status.count("waiting") == 0 && status.count("inFlight") == 0)
                .isPresent();
    }
}
