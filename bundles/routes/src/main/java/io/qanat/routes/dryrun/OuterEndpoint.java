package io.qanat.routes.dryrun;

import java.util.Set;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PollingConsumerSupport;
import org.jspecify.annotations.Nullable;

/** Stands in the place of an endpoint off the gateway: as a source it is fed, as a sink it counts. */
final class OuterEndpoint extends DefaultEndpoint {
    /** Sources that make something of the time: a recording has its own. */
    private static final Set<String> CLOCKS = Set.of("timer", "scheduler", "quartz", "cron");

    /** Sources whose exchanges begin with a reading and its journey. */
    private static final Set<String> OF_READINGS = Set.of("qanat-mqtt", "ingest");

    private final OuterComponent component;
    private final String label;
    private final String source;

    /**
     * @param label scheme and path, without what may be secret
     * @param source its name in the ledger, when it is a source
     */
    OuterEndpoint(String uri, OuterComponent component, String label, String source) {
        super(uri, component);
        this.component = component;
        this.label = label;
        this.source = source;
    }

    String label() {
        return label;
    }

    String source() {
        return source;
    }

    boolean isClock() {
        return CLOCKS.contains(component.scheme());
    }

    boolean takesReadings() {
        return OF_READINGS.contains(component.scheme());
    }

    Sources sources() {
        return component.sources();
    }

    @Override
    public Producer createProducer() {
        return new DefaultProducer(this) {
            @Override
            public void process(Exchange exchange) {
                component.sinks().sent(label, exchange);
            }
        };
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return new Source(this, processor);
    }

    /** Of a step that fetches something: there is nothing. */
    @Override
    public PollingConsumer createPollingConsumer() {
        return new PollingConsumerSupport(this) {
            @Override
            public @Nullable Exchange receive() {
                return null;
            }

            @Override
            public @Nullable Exchange receiveNoWait() {
                return null;
            }

            @Override
            public @Nullable Exchange receive(long timeout) {
                return null;
            }
        };
    }
}
