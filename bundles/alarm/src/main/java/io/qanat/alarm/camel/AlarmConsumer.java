package io.qanat.alarm.camel;

import io.qanat.alarm.RunningAlarms;
import io.qanat.api.Alarm;
import io.qanat.api.Journey;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Starts a route with what persons and the clock change about alarms. Threads: those that give the commands. */
class AlarmConsumer extends DefaultConsumer {
    private final AlarmEndpoint endpoint;
    private final RunningAlarms alarms;
    private boolean connected;

    AlarmConsumer(AlarmEndpoint endpoint, Processor processor, RunningAlarms alarms) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.alarms = alarms;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        alarms.connect(endpoint.getName(), this::send);
        connected = true;
    }

    @Override
    protected void doStop() throws Exception {
        if (connected) { // else another route has the alarms
            connected = false;
            alarms.disconnect(endpoint.getName());
        }
        super.doStop();
    }

    private void send(Alarm alarm, Journey journey) throws Exception {
        Exchange exchange = createExchange(false);
        try {
            exchange.setProperty(Journey.PROPERTY, journey);
            AlarmProducer.tell(exchange.getMessage(), alarm);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }
}
