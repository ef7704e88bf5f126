package io.qanat.routes;

import io.qanat.api.ModelRepository;
import io.qanat.api.RouteException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Routes on Camel's own context, with the bean {@code sink}, which keeps bodies, and the component {@code probe}, which
 * writes down what starts and stops and whose endpoint {@code probe:broken} does not start.
 */
final class PlainRoutes implements RouteHost, AutoCloseable {
    final List<String> bodies = new CopyOnWriteArrayList<>();
    final List<String> events = new CopyOnWriteArrayList<>();
    final Set<String> missing = ConcurrentHashMap.newKeySet();
    /** Names of probes that do not start. */
    final Set<String> broken = ConcurrentHashMap.newKeySet();

    final Set<String> models = ConcurrentHashMap.newKeySet();
    final DefaultCamelContext context = new DefaultCamelContext();
    final GatewayRoutes routes;

    PlainRoutes(Map<String, String> placeholders) {
        RouteDefaults.apply(context, placeholders);
        context.getRegistry().bind("sink", (Processor)
                exchange -> bodies.add(exchange.getIn().getBody(String.class)));
        context.addComponent("probe", new Probe());
        context.addComponent("outbox", new Probe());
        context.start();
        routes = routes(Optional.empty());
    }

    /** As if a gateway had been started anew, where nothing was loaded yet. */
    GatewayRoutes routes(Optional<RouteHistory> history) {
        return new GatewayRoutes(context, this, history, Clock.systemUTC());
    }

    List<String> load(String... lines) throws RouteException {
        return routes.load("test.xml", String.join("\n", lines));
    }

    void send(String endpoint, String body) {
        context.createFluentProducerTemplate().to(endpoint).withBody(body).send();
    }

    String fact(String name) {
        return String.valueOf(routes.status().get(0).facts().get(name));
    }

    @Override
    public <T> T change(Callable<T> change) throws Exception {
        return change.call();
    }

    @Override
    public Set<String> awaitComponents(Collection<String> schemes, Duration timeout) {
        Set<String> absent = new LinkedHashSet<>(schemes);
        absent.removeIf(scheme -> !missing.contains(scheme) && context.getComponent(scheme) != null);
        return absent;
    }

    /** A repository that has models by name, and nothing else. */
    @Override
    public Optional<ModelRepository> models() {
        return models.isEmpty() ? Optional.empty() : Optional.of(new NamedModels(models));
    }

    @Override
    public void close() {
        context.stop();
    }

    private final class Probe extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new ProbeEndpoint(uri, this, remaining);
        }
    }

    private final class ProbeEndpoint extends DefaultEndpoint {
        private final String name;

        ProbeEndpoint(String uri, Probe component, String name) {
            super(uri, component);
            this.name = name;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("the probe only receives");
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor) {
                @Override
                protected void doStart() throws Exception {
                    if (name.equals("broken") || broken.contains(name)) {
                        throw new IllegalStateException("the broker refused");
                    }
                    super.doStart();
                    events.add("start " + name);
                }

                @Override
                protected void doStop() throws Exception {
                    super.doStop();
                    events.add("stop " + name);
                }
            };
        }
    }

    /** A step that fails each time. */
    static Processor failing(List<String> attempts) {
        return exchange -> {
            attempts.add("tried");
            throw new IllegalStateException("no");
        };
    }
}
