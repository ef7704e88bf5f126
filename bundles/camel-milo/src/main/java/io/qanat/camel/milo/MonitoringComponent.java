package io.qanat.camel.milo;

import org.apache.camel.component.milo.client.MiloClientComponent;
import org.apache.camel.spi.annotations.Component;

/** Camel's OPC UA client on this bundle's own sessions. Threads: as for any Camel component. */
@Component("milo-client")
public class MonitoringComponent extends MiloClientComponent {
    MonitoringComponent(OpcUaSessions sessions) {
        setMiloClientConnectionManager(sessions);
    }
}
