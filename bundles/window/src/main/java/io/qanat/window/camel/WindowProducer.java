package io.qanat.window.camel;

import io.qanat.api.Journey;
import io.qanat.api.Reading;
import io.qanat.window.RunningWindows;
import io.qanat.window.WindowOptions;
import io.qanat.window.WindowStage;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** One step of a route: a reading in, a window out or nothing yet. Threads: any. */
class WindowProducer extends DefaultProducer {
    private final WindowEndpoint endpoint;
    private final RunningWindows windows;
    private volatile Optional<WindowStage> stage = Optional.empty();

    WindowProducer(WindowEndpoint endpoint, RunningWindows windows) {
        super(endpoint);
        this.endpoint = endpoint;
        this.windows = windows;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stage = Optional.of(windows.enter(endpoint.getName(), options()));
    }

    private WindowOptions options() {
        try {
            return endpoint.options();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("window:" + endpoint.getName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (stage.isPresent()) {
            stage = Optional.empty();
            windows.leave(endpoint.getName());
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        Journey journey = required(exchange.getProperty(Journey.PROPERTY, Journey.class), "journey");
        Reading reading = required(exchange.getMessage().getBody(Reading.class), "reading");
        WindowStage running = stage.orElseThrow(() -> new IllegalStateException(
                "window:" + endpoint.getName() + " is stopped: start its route before sending to it"));
        running.accept(reading, journey)
                .ifPresentOrElse(window -> exchange.getMessage().setBody(window), () -> exchange.setRouteStop(true));
    }

    private <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("window:" + endpoint.getName() + " got an exchange without a " + what
                    + ": put it behind an ingress such as qanat-mqtt, with no step between that changes the body");
        }
        return value;
    }
}
