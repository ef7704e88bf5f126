package io.qanat.camel.milo;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.milo.opcua.sdk.client.subscriptions.OpcUaMonitoredItem;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.ExpandedNodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MonitoringMode;
import org.eclipse.milo.opcua.stack.core.types.structured.MonitoringFilter;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;

/** What one consumer wants to know of one node. Threads: any. */
final class MonitoredNode {
    /** What the server keeps for us while we are away or slow, the oldest going first. */
    private static final int QUEUE = 100;

    private final ExpandedNodeId id;
    private final double samplingMillis;
    private final double publishingMillis;
    private final Optional<MonitoringFilter> filter;
    private final Consumer<DataValue> consumer;
    private final AtomicLong values = new AtomicLong();
    private final AtomicLong badValues = new AtomicLong();
    private volatile String problem = "";

    MonitoredNode(
            ExpandedNodeId id,
            double samplingMillis,
            double publishingMillis,
            Optional<MonitoringFilter> filter,
            Consumer<DataValue> consumer) {
        this.id = id;
        this.samplingMillis = samplingMillis;
        this.publishingMillis = publishingMillis;
        this.filter = filter;
        this.consumer = consumer;
    }

    OpcUaMonitoredItem item(NodeId node) {
        OpcUaMonitoredItem item = new OpcUaMonitoredItem(
                new ReadValueId(node, AttributeId.Value.uid(), null, QualifiedName.NULL_VALUE),
                MonitoringMode.Reporting);
        item.setSamplingInterval(samplingMillis);
        item.setQueueSize(Unsigned.uint(QUEUE));
        filter.ifPresent(item::setFilter);
        // Before the server knows the item: it sends the first value at once.
        item.setDataValueListener((source, value) -> accept(value));
        return item;
    }

    private void accept(DataValue value) {
        values.incrementAndGet();
        if (!value.getStatusCode().isGood()) {
            badValues.incrementAndGet();
        }
        consumer.accept(value);
    }

    ExpandedNodeId id() {
        return id;
    }

    String name() {
        return id.toParseableString();
    }

    double publishingMillis() {
        return publishingMillis;
    }

    /** Why it is not monitored; empty when it is, or nothing is known yet. */
    String problem() {
        return problem;
    }

    void problem(String text) {
        problem = text;
    }

    long values() {
        return values.get();
    }

    long badValues() {
        return badValues.get();
    }
}
