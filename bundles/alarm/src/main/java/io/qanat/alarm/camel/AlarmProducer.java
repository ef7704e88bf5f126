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
import org.apache.camel.Predicate;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

/** One step of a route: a score in, an alarm out or nothing to tell. Threads: any. */
class AlarmProducer extends DefaultProducer {
    /** Header with the alarm's severity, 1 to 1000. */
    private static final String SEVERITY = "QanatSeverity";

    /** Header by which a step before this one suppresses the alarm: true while the plant's state makes it meaningless. */
    private static final String SUPPRESSED = "QanatSuppressed";

    private final AlarmEndpoint endpoint;
    private final RunningAlarms alarms;
    private volatile Optional<Step> step = Optional.empty();

    private record Step(AlarmRule rule, Optional<Predicate> suppressedWhen, AlarmStage stage) {
        boolean isSuppressed(Exchange exchange) {
            return suppressedWhen.isPresent() && suppressedWhen.get().matches(exchange)
                    || exchange.getMessage().getHeader(SUPPRESSED, Boolean.FALSE, Boolean.class);
        }
    }

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
            AlarmRule rule = endpoint.rule();
            Optional<Predicate> suppressedWhen = endpoint.suppressedWhen();
            return new Step(rule, suppressedWhen, alarms.enter(endpoint.getName(), rule));
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
                .accept(running.rule(), score, journey, running.isSuppressed(exchange))
                .ifPresentOrElse(alarm -> tell(exchange.getMessage(), alarm), () -> exchange.setRouteStop(true));
    }

    static void tell(Message message, Alarm alarm) {
        message.setBody(alarm);
        message.setHeader(SEVERITY, alarm.condition().severity());
    }

    private <T> T required(@Nullable T value, String what) {
        if (value == null) {
            throw new IllegalArgumentException("alarm:" + endpoint.getName() + " got an exchange without a " + what
                    + ": put it behind a model such as onnx, with no step between that changes the body");
        }
        return value;
    }
}
