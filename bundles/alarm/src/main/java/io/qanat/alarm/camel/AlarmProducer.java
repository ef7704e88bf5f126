package io.qanat.alarm.camel;

import io.qanat.alarm.AlarmRule;
import io.qanat.alarm.AlarmStage;
import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** One step of a route: a score in, an alarm out or nothing to tell. Threads: any. */
class AlarmProducer extends DefaultProducer {
    /** Header with the alarm's severity, 1 to 1000. */
    private static final String SEVERITY = "QanatSeverity";

    private final AlarmEndpoint endpoint;
    private final RunningAlarms alarms;
    private volatile Optional<Step> step = Optional.empty();

    private record Step(AlarmRule rule, int severity, AlarmStage stage) {}

    AlarmProducer(AlarmEndpoint endpoint, RunningAlarms alarms) {
        super(endpoint);
        this.endpoint = endpoint;
        this.alarms = alarms;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // The stage is entered last: a step with a wrong option uses none.
        step = Optional.of(step());
    }

    private Step step() {
        try {
            return new Step(endpoint.rule(), endpoint.severity(), alarms.enter(endpoint.getName()));
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
                .ifPresentOrElse(
                        alarm -> tell(exchange.getMessage(), running, alarm), () -> exchange.setRouteStop(true));
    }

    private static void tell(Message message, Step running, Alarm alarm) {
        message.setBody(alarm);
        message.setHeader(SEVERITY, running.severity());
    }

    private <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("alarm:" + endpoint.getName() + " got an exchange without a " + what
                    + ": put it behind a model such as onnx, with no step between that changes the body");
        }
        return value;
    }
}
