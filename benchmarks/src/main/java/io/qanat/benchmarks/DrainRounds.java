package io.qanat.benchmarks;

import io.qanat.api.InputLedger;
import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.gateway.BrokerOptions.Broker;
import io.qanat.gateway.Gateway;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.paho.mqttv5.common.MqttException;

/**
 * Rounds in which both sides drain the same backlog one after the other. The gateway runs all the time; between the
 * rounds its route that receives is taken out, and the broker keeps what is published for it.
 *
 * <p>Threads: one.
 */
final class DrainRounds {
    static final String SOURCE = "plant";
    static final String TEXT = "readings-to-alarms.xml";
    private static final long LIMIT_SECONDS = 300;
    private static final InputLedger NOTHING = new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0);

    private final Gateway gateway;
    private final RouteLoader loader;
    private final String text;
    private final Broker broker;
    private final Backlog backlog;

    /** @param text the shipped routes */
    DrainRounds(Gateway gateway, RouteLoader loader, String text, Broker broker, Backlog backlog) throws MqttException {
        this.gateway = gateway;
        this.loader = loader;
        this.text = text;
        this.broker = broker;
        this.backlog = backlog;
        backlog.subscribe("qanat-" + SOURCE);
        backlog.subscribe(BareClient.ID);
    }

    /**
     * What one round measured, in readings per second from the first one to the last.
     *
     * @param meanBatch windows per run of the model
     */
    record Rates(double bare, double gateway, double meanBatch) {
        String line() {
            return "bare Paho %,8.0f readings/s, gateway %,8.0f readings/s, mean batch %.1f"
                    .formatted(bare, gateway, meanBatch);
        }
    }

    /** The shipped text without its first route: nothing is received. */
    static String idle(String text) {
        String end = "</route>";
        int from = text.indexOf("<route id=\"readings-to-alarms\">");
        return text.substring(0, from) + text.substring(text.indexOf(end, from) + end.length());
    }

    Rates run(boolean gatewayFirst) throws Exception {
        backlog.publish();
        double before = gatewayFirst ? 0 : BareClient.drain(broker, backlog);
        double whole = drain();
        double meanBatch = gateway.status("onnx:mote-detector")
                .map(status -> status.measure("meanBatchSize"))
                .orElse(0.0);
        loader.load(TEXT, idle(text));
        return new Rates(gatewayFirst ? BareClient.drain(broker, backlog) : before, whole, meanBatch);
    }

    /** From the first reading in the store to the outcome of the last one. */
    private double drain() throws RouteException, InterruptedException {
        long before = received();
        loader.load(TEXT, text);
        await(() -> received() > before);
        long begin = System.nanoTime();
        await(() -> received() == before + backlog.size() && isIdle());
        return backlog.size() / ((System.nanoTime() - begin) / 1e9);
    }

    private long received() {
        return gateway.ledgers().input().getOrDefault(SOURCE, NOTHING).received();
    }

    private boolean isIdle() {
        return gateway.status("mqtt:" + SOURCE)
                .filter(status -> status.count("waiting") == 0 && status.count("inFlight") == 0)
                .isPresent();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the backlog is not drained after " + LIMIT_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }
}
