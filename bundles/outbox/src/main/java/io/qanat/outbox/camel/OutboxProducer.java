package io.qanat.outbox.camel;

import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import io.qanat.api.OutboxMessage;
import io.qanat.api.OutboxMessage.Priority;
import io.qanat.outbox.CloudEventCodec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Adds an alarm to the journey, once for each endpoint. It is stored when the journey is settled.
 *
 * <p>Threads: any.
 */
final class OutboxProducer extends DefaultProducer {
    /** Header that replaces the alarm's severity, 1 to 1000 as in OPC UA. */
    private static final String SEVERITY = "QanatSeverity";

    /** Header that replaces the option {@code timeToLive} for one alarm, milliseconds. */
    private static final String TIME_TO_LIVE = "QanatTimeToLive";

    private final OutboxEndpoint endpoint;
    private final List<String> names;
    private final CloudEventCodec codec;

    OutboxProducer(OutboxEndpoint endpoint, List<String> names, CloudEventCodec codec) {
        super(endpoint);
        this.endpoint = endpoint;
        this.names = names;
        this.codec = codec;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpoint.limit();
    }

    @Override
    public void process(Exchange exchange) {
        Journey journey = journey(exchange);
        Alarm alarm = alarm(exchange);
        OptionalInt severity = severity(exchange);
        byte[] event = codec.write(alarm, severity);
        for (String name : names) {
            journey.send(new OutboxMessage(
                    name,
                    alarm.eventId(),
                    alarm.asset(),
                    CloudEventCodec.CONTENT_TYPE,
                    event,
                    alarm.decidedAt(),
                    priority(severity.orElse(alarm.condition().severity())),
                    expiry(exchange, alarm)));
        }
    }

    private static OptionalInt severity(Exchange exchange) {
        Integer severity = exchange.getMessage().getHeader(SEVERITY, Integer.class);
        return severity == null ? OptionalInt.empty() : OptionalInt.of(severity);
    }

    private Priority priority(int severity) {
        Priority chosen = endpoint.getPriority();
        return chosen == null ? Priority.ofSeverity(severity) : chosen;
    }

    private Optional<Instant> expiry(Exchange exchange, Alarm alarm) {
        long millis = exchange.getMessage().getHeader(TIME_TO_LIVE, endpoint.getTimeToLive(), Long.class);
        return millis > 0 ? Optional.of(alarm.decidedAt().plusMillis(millis)) : Optional.empty();
    }

    private Journey journey(Exchange exchange) {
        Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
        if (journey == null) {
            throw new IllegalStateException(getEndpoint() + " got an exchange without the property " + Journey.PROPERTY
                    + ": the route must begin with an endpoint that journals what it receives, such as qanat-mqtt:");
        }
        return journey;
    }

    private Alarm alarm(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof Alarm alarm) {
            return alarm;
        }
        throw new IllegalArgumentException(getEndpoint() + " got "
                + (body == null
                        ? "no body"
                        : "a body of type " + body.getClass().getName())
                + ": it takes an alarm and nothing else, put alarm: before it");
    }
}
