package io.qanat.outbox.camel;

import io.qanat.api.OutboxQueue;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.outbox.Forwarders;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Reference;

/** Gives Camel contexts the {@code outbox} component. The forwarders of all contexts know of each other. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.outbox",
        property = "component=outbox",
        service = {ComponentResolver.class, StageStatusSource.class})
public final class OutboxComponentResolver implements ComponentResolver, StageStatusSource {
    private final Forwarders forwarders;

    @Activate
    public OutboxComponentResolver(@Reference OutboxQueue queue) {
        this.forwarders = new Forwarders(queue);
    }

    /** A context with an outbox of its own has forwarders of its own, as in a dry run. */
    @Override
    public Component resolveComponent(String name, CamelContext context) {
        OutboxQueue own = context.getRegistry().findSingleByType(OutboxQueue.class);
        return new OutboxComponent(own == null ? forwarders : new Forwarders(own));
    }

    @Override
    public List<StageStatus> status() {
        return forwarders.status();
    }
}
