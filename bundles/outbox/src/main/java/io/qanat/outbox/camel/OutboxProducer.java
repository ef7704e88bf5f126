package io.qanat.outbox.camel;

import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import io.qanat.api.OutboxMessage;
import io.qanat.outbox.CloudEventCodec;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Adds an alarm to the journey, once for each endpoint. It is stored when the journey is settled.
 *
 * <p>Threads: any.
 */
final class OutboxProducer extends DefaultProducer {
    private final List<String> names;
    private final CloudEventCodec codec;

    OutboxProducer(OutboxEndpoint endpoint, List<String> names, CloudEventCodec codec) {
        super(endpoint);
        this.names = names;
        this.codec = codec;
    }

    @Override
    public void process(Exchange exchange) {
        Journey journey = journey(exchange);
        Alarm alarm = alarm(exchange);
        byte[] event = codec.write(alarm);
        for (String name : names) {
            journey.send(new OutboxMessage(
                    name, alarm.eventId(), alarm.asset(), CloudEventCodec.CONTENT_TYPE, event, alarm.decidedAt()));
        }
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
