package io.qanat.alarm.camel;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Carry out signed commands to alarms, from wherever a route receives them. The body is a JWT in JWS compact serialization;
 * it becomes the answer, a JSON object, which a route can send back.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "alarm-command",
        title = "Alarm Command",
        syntax = "alarm-command:name",
        producerOnly = true,
        category = {Category.IOT})
public class AlarmCommandEndpoint extends DefaultEndpoint {
    @UriPath(description = "A name for the step, such as execute.")
    @Metadata(required = true)
    private String name = "";

    public AlarmCommandEndpoint(String uri, AlarmCommandComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new AlarmCommandProducer(this, ((AlarmCommandComponent) getComponent()).desk());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("alarm-command:" + name
                + " cannot start a route: use it as a step behind what receives the commands, such as qanat-mqtt:");
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }
}
