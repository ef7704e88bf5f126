package io.qanat.mqtt.camel;

import io.qanat.api.IngressFactory;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Gives {@code qanat-mqtt:} to the gateway's routes. */
@Component(
        service = {ComponentResolver.class, StageStatusSource.class},
        property = "component=qanat-mqtt")
public final class QanatMqttComponentResolver implements ComponentResolver, StageStatusSource {
    private final IngressFactory ingresses;
    private final Set<QanatMqttComponent> components = ConcurrentHashMap.newKeySet();

    @Activate
    public QanatMqttComponentResolver(@Reference IngressFactory ingresses) {
        this.ingresses = ingresses;
    }

    @Override
    public QanatMqttComponent resolveComponent(String name, CamelContext context) {
        QanatMqttComponent component = new QanatMqttComponent(ingresses, Clock.systemUTC());
        components.add(component);
        return component;
    }

    @Override
    public List<StageStatus> status() {
        return components.stream()
                .flatMap(component -> component.status().stream())
                .toList();
    }
}
