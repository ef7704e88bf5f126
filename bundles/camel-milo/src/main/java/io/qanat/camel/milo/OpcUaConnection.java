package io.qanat.camel.milo;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.component.milo.client.MiloClientConfiguration;
import org.apache.camel.component.milo.client.MiloClientConnection;
import org.apache.camel.component.milo.client.MonitorFilterConfiguration;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.structured.MonitoringFilter;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one endpoint. What it monitors goes through the session that it shares; writing, reading and calling
 * are Camel's own.
 *
 * <p>Threads: any.
 */
final class OpcUaConnection extends MiloClientConnection {
    private final MonitorFilterConfiguration filter;
    private final OpcUaSessions sessions;
    private @Nullable OpcUaSession session;

    OpcUaConnection(MiloClientConfiguration configuration, MonitorFilterConfiguration filter, OpcUaSessions sessions) {
        super(configuration, filter);
        this.filter = filter;
        this.sessions = sessions;
    }

    @Override
    public synchronized MonitorHandle monitorValue(
            @Nullable ExpandedNodeId node, @Nullable Double samplingInterval, Consumer<DataValue> values) {
        if (node == null) {
            throw new IllegalArgumentException(
                    "milo-client: has no node to monitor: name one, such as" + " node=RAW(ns=2;s=Boiler/Temperature)");
        }
        OpcUaSession acquired = session == null ? sessions.acquire(getConfiguration()) : session;
        session = acquired;
        double publishing = getConfiguration().getRequestedPublishingInterval();
        MonitoredNode monitored =
                new MonitoredNode(node, sampling(samplingInterval, publishing), publishing, monitoringFilter(), values);
        acquired.add(monitored);
        return () -> acquired.remove(monitored);
    }

    /** As often as the server publishes, when the route does not say: 0 would mean as fast as it can. */
    private static double sampling(@Nullable Double interval, double publishing) {
        return interval == null || interval == 0 ? publishing : interval;
    }

    private Optional<MonitoringFilter> monitoringFilter() {
        return filter.getMonitorFilterType() == null ? Optional.empty() : Optional.of(filter.createMonitoringFilter());
    }

    @Override
    public synchronized void close() throws Exception {
        super.close();
        if (session != null) {
            session = null;
            sessions.release(getConfiguration());
        }
    }
}
