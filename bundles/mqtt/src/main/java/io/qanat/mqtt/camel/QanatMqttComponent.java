package io.qanat.mqtt.camel;

import io.qanat.api.IngressFactory;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Receives readings from and publishes messages to MQTT 5 brokers. */
@Component("qanat-mqtt")
public class QanatMqttComponent extends DefaultComponent implements StageStatusSource {
    private final IngressFactory ingresses;
    private final Clock clock;
    private final Set<StageStatusSource> running = ConcurrentHashMap.newKeySet();

    public QanatMqttComponent(IngressFactory ingresses, Clock clock) {
        this.ingresses = Objects.requireNonNull(ingresses, "ingresses");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        QanatMqttEndpoint endpoint = new QanatMqttEndpoint(uri, this);
        endpoint.setTopic(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    IngressFactory ingresses() {
        return ingresses;
    }

    Clock clock() {
        return clock;
    }

    void started(StageStatusSource part) {
        running.add(part);
    }

    void stopped(StageStatusSource part) {
        running.remove(part);
    }

    @Override
    public List<StageStatus> status() {
        return running.stream().flatMap(part -> part.status().stream()).toList();
    }
}
