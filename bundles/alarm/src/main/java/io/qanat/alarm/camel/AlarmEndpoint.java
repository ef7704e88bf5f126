package io.qanat.alarm.camel;

import io.qanat.alarm.AlarmRule;
import java.util.OptionalDouble;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Raises and clears alarms by the scores of a model. It takes a Score and gives an Alarm when the score raised or
 * cleared one; otherwise the exchange ends here.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "alarm",
        title = "Alarm",
        syntax = "alarm:name",
        producerOnly = true,
        category = {Category.IOT})
public class AlarmEndpoint extends DefaultEndpoint {
    @UriPath(description = "Name of the alarm, as the cloud is told it. Steps with the same name share its states.")
    @Metadata(required = true)
    private String name = "";

    @UriParam(
            label = "producer",
            description = "The score from which windows speak for raising. The default is the threshold that the model"
                    + " gives with each score.")
    private @Nullable Double raiseAbove;

    @UriParam(
            label = "producer",
            description = "The score below which windows speak for clearing; not above raiseAbove. The default is 0.8"
                    + " times the level for raising.")
    private @Nullable Double clearBelow;

    @UriParam(
            label = "producer",
            defaultValue = "2",
            description = "How many windows of an asset in a row it takes to raise, at least 1.")
    private int raiseAfter = 2;

    @UriParam(
            label = "producer",
            defaultValue = "4",
            description = "How many windows of an asset in a row it takes to clear, at least 1.")
    private int clearAfter = 4;

    @UriParam(
            label = "producer",
            defaultValue = "500",
            description =
                    "How urgent the alarm is, 1 to 1000 as in OPC UA. It travels as the header QanatSeverity; an"
                            + " outbox makes the message's priority of it: up to 250 low, 500 medium, 750 high, above critical.")
    private int severity = 500;

    public AlarmEndpoint(String uri, AlarmComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new AlarmProducer(this, ((AlarmComponent) getComponent()).alarms());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "alarm:" + name + " cannot start a route: use it as a step behind a model such as onnx");
    }

    AlarmRule rule() {
        return new AlarmRule(level(raiseAbove), level(clearBelow), raiseAfter, clearAfter);
    }

    /** The severity, checked. */
    int severity() {
        if (severity < 1 || severity > 1000) {
            throw new IllegalArgumentException("severity is " + severity + ": it must be 1 to 1000, as in OPC UA");
        }
        return severity;
    }

    private static OptionalDouble level(@Nullable Double level) {
        return level == null ? OptionalDouble.empty() : OptionalDouble.of(level);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public @Nullable Double getRaiseAbove() {
        return raiseAbove;
    }

    public void setRaiseAbove(@Nullable Double raiseAbove) {
        this.raiseAbove = raiseAbove;
    }

    public @Nullable Double getClearBelow() {
        return clearBelow;
    }

    public void setClearBelow(@Nullable Double clearBelow) {
        this.clearBelow = clearBelow;
    }

    public int getRaiseAfter() {
        return raiseAfter;
    }

    public void setRaiseAfter(int raiseAfter) {
        this.raiseAfter = raiseAfter;
    }

    public int getClearAfter() {
        return clearAfter;
    }

    public void setClearAfter(int clearAfter) {
        this.clearAfter = clearAfter;
    }

    public int getSeverity() {
        return severity;
    }

    public void setSeverity(int severity) {
        this.severity = severity;
    }
}
