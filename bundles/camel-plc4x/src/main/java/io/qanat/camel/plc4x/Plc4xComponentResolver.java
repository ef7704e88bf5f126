package io.qanat.camel.plc4x;

import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Component;

/** Gives {@code plc4x:} to the gateway's routes. Threads: any. */
@Component(
        name = "io.qanat.camel-plc4x",
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=plc4x")
public final class Plc4xComponentResolver implements ComponentResolver, StageStatusSource {
    private final RunningPolls polls = new RunningPolls();

    @Override
    public PolledComponent resolveComponent(String name, CamelContext context) {
        return new PolledComponent(polls, Clock.systemUTC());
    }

    @Override
    public List<StageStatus> status() {
        return polls.status();
    }
}
