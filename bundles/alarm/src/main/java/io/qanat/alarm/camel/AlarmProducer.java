package io.qanat.alarm.camel;

import io.qanat.alarm.AlarmRule;
import io.qanat.alarm.AlarmStage;
import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** One step of a route: a score in, an alarm out or nothing to tell. Threads: any. */
class AlarmProducer extends DefaultProducer {
    private final AlarmEndpoint endpoint;
    private final RunningAlarms alarms;
    private volatile Optional<Step> step = Optional.empty();

    private record Step(AlarmRule rule, AlarmStage stage) {}

    AlarmProducer(AlarmEndpoint endpoint, RunningAlarms alarms) {
        super(endpoint);
        this.endpoint = endpoint;
        this.alarms = alarms;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        AlarmRule rule = rule();
        step = Optional.of(new Step(rule, alarms.enter(endpoint.getName())));
    }

    private AlarmRule rule() {
        try {
            return endpoint.rule();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("alarm:" + endpoint.getName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (step.isPresent()) {
            step = Optional.empty();
            alarms.leave(endpoint.getName());
        }
        super.doStop();
    }

    @Override
    public void process(Exchange exchange) {
        Journey journey = required(exchange.getProperty(Journey.PROPERTY, Journey.class), "journey");
        Score score = required(exchange.getMessage().getBody(Score.class), "score");
        Step running = step.orElseThrow(() -> new IllegalStateException(
                "alarm:" + endpoint.getName() + " is stopped: start its route before sending to it"));
        running.stage()
                .accept(running.rule(), score, journey)
                .ifPresentOrElse(alarm -> exchange.getMessage().setBody(alarm), () -> exchange.setRouteStop(true));
    }

    private <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("alarm:" + endpoint.getName() + " got an exchange without a " + what
                    + ": put it behind a model such as onnx, with no step between that changes the body");
        }
        return value;
    }
}
