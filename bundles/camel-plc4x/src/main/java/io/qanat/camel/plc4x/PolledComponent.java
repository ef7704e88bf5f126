package io.qanat.camel.plc4x;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.component.plc4x.Plc4XComponent;
import org.apache.camel.component.plc4x.Plc4XEndpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.util.PropertiesHelper;

/**
 * Makes {@code plc4x:<driver>://<host>:<port>?period=1000&tag.<name>=<address>} a source that polls; producers are those
 * of Camel. {@code scale.<name>} and {@code offset.<name>} make a number of a tag a measure: value * scale + offset.
 *
 * <p>Threads: as for any Camel component.
 */
@Component("plc4x")
public class PolledComponent extends Plc4XComponent {
    private final RunningPolls polls;
    private final Clock clock;

    PolledComponent(RunningPolls polls, Clock clock) {
        this.polls = Objects.requireNonNull(polls, "polls");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    protected Plc4XEndpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
            throws Exception {
        Map<String, Object> scales = PropertiesHelper.extractProperties(parameters, "scale.");
        Map<String, Object> offsets = PropertiesHelper.extractProperties(parameters, "offset.");
        Map<String, Object> tags = PropertiesHelper.extractProperties(parameters, "tag.");
        PolledEndpoint endpoint = new PolledEndpoint(uri, this, Tags.of(tags, scales, offsets));
        setProperties(endpoint, parameters);
        return endpoint;
    }

    RunningPolls polls() {
        return polls;
    }

    Clock clock() {
        return clock;
    }
}
