package io.qanat.routes.dryrun;

import io.qanat.api.Alarm;
import io.qanat.api.DryRun.SettingOutcome;
import io.qanat.api.Journey;
import io.qanat.api.Score;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.URISupport;

/**
 * Stands in the place of {@code alarm:}. The step that is tried gives each score to as many alarms as there are settings, each
 * with states of its own, and ends the exchange; other alarms are what they are elsewhere.
 *
 * <p>Threads: any.
 */
final class Settings extends DefaultComponent {
    private static final String ALARM = "alarm";

    private final String wanted;
    private final List<Map<String, String>> settings;
    private final ComponentResolver gateway;
    private final ScoreSeries scores = new ScoreSeries();
    private final List<AlarmLog> logs = new ArrayList<>();
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    /**
     * @param wanted name of the alarm that is tried; empty: any
     * @param settings its options, each in the place of the route's own
     * @param gateway makes components; each that it makes of {@code alarm} in this context has states of its own
     */
    Settings(String wanted, List<Map<String, String>> settings, ComponentResolver gateway) {
        this.wanted = wanted;
        this.settings = settings;
        this.gateway = gateway;
        settings.forEach(setting -> logs.add(new AlarmLog()));
    }

    ScoreSeries scores() {
        return scores;
    }

    /** The one alarm that was tried. */
    String alarm() {
        if (wanted.isEmpty() && names.size() != 1) {
            throw new IllegalArgumentException(
                    names.isEmpty()
                            ? "the text has no alarm: step, so there is nothing to try"
                            : "the text has several alarms, " + new TreeSet<>(names) + ": choose one by its name");
        }
        if (!wanted.isEmpty() && !names.contains(wanted)) {
            throw new IllegalArgumentException("the text has no alarm '" + wanted + "' but " + new TreeSet<>(names));
        }
        return wanted.isEmpty() ? names.iterator().next() : wanted;
    }

    List<SettingOutcome> outcomes() {
        List<SettingOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            AlarmLog log = logs.get(i);
            long raised =
                    log.raised().values().stream().mapToLong(Long::longValue).sum();
            outcomes.add(new SettingOutcome(settings.get(i), raised, log.alarms()));
        }
        return outcomes;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        names.add(remaining);
        if (!wanted.isEmpty() && !wanted.equals(remaining)) {
            parameters.clear();
            return component("alarm-elsewhere").createEndpoint(uri);
        }
        List<Endpoint> variants = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            variants.add(variant(i, remaining, parameters));
        }
        parameters.clear();
        return new Tried(uri, variants);
    }

    private Endpoint variant(int number, String name, Map<String, Object> parameters) throws Exception {
        String scheme = ALARM + "-" + number;
        component(scheme);
        try {
            return getCamelContext().getEndpoint(uri(scheme + ":" + name, settings.get(number), parameters));
        } catch (RuntimeException e) {
            throw new SettingRefused(settings.get(number), e);
        }
    }

    private static String uri(String path, Map<String, String> setting, Map<String, Object> parameters)
            throws URISyntaxException {
        Map<String, Object> options = new LinkedHashMap<>(parameters);
        options.putAll(setting);
        return path + "?" + URISupport.createQueryString(options);
    }

    private Component component(String scheme) throws Exception {
        CamelContext context = getCamelContext();
        if (context.hasComponent(scheme) == null) {
            Component made = gateway.resolveComponent(ALARM, context);
            if (made == null) {
                throw new IllegalStateException("the component 'alarm' is missing: start the bundle io.qanat.alarm");
            }
            context.addComponent(scheme, made);
        }
        return context.getComponent(scheme);
    }

    /** The endpoint of the step that is tried. */
    private final class Tried extends DefaultEndpoint {
        private final List<Endpoint> variants;

        Tried(String uri, List<Endpoint> variants) {
            super(uri, Settings.this);
            this.variants = variants;
        }

        @Override
        public Producer createProducer() throws Exception {
            List<AsyncProducer> producers = new ArrayList<>();
            for (Endpoint variant : variants) {
                producers.add(variant.createAsyncProducer());
            }
            return new TriedProducer(this, producers);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("alarm: cannot start a route");
        }
    }

    private final class TriedProducer extends DefaultProducer {
        private final List<AsyncProducer> producers;

        TriedProducer(Tried endpoint, List<AsyncProducer> producers) {
            super(endpoint);
            this.producers = producers;
        }

        @Override
        protected void doStart() throws Exception {
            super.doStart();
            for (int i = 0; i < producers.size(); i++) {
                try {
                    ServiceHelper.startService(producers.get(i));
                } catch (RuntimeException e) {
                    throw new SettingRefused(settings.get(i), e);
                }
            }
        }

        @Override
        protected void doStop() throws Exception {
            ServiceHelper.stopService(producers);
            super.doStop();
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            if (exchange.getMessage().getBody() instanceof Score score) {
                scores.add(score);
            }
            for (int i = 0; i < producers.size(); i++) {
                decide(exchange, producers.get(i), logs.get(i));
            }
            exchange.setRouteStop(true);
        }

        /** With a copy of its own: what an alarm tells the journey must not become the next one's. */
        private void decide(Exchange exchange, AsyncProducer producer, AlarmLog log) throws Exception {
            Exchange copy = ExchangeHelper.createCopy(exchange, true);
            Journey journey = exchange.getProperty(Journey.PROPERTY, Journey.class);
            if (journey != null) {
                copy.setProperty(Journey.PROPERTY, new Journey(journey.reading(), false));
            }
            producer.process(copy);
            if (copy.getException() != null) {
                throw copy.getException();
            }
            if (copy.getMessage().getBody() instanceof Alarm alarm) {
                log.changed(alarm);
            }
        }
    }
}
