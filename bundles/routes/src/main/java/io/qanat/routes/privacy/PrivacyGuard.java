package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import io.qanat.api.RouteException;
import io.qanat.api.StageStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the routes of a context send no endpoint more than it may be told: texts are checked before they run, and
 * messages while they run. See docs/privacy.md.
 *
 * <p>Threads: any.
 */
public final class PrivacyGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivacyGuard.class);

    /** Addresses may come with messages: the number of them that are told apart is bounded. */
    private static final int TOLD_APART = 100;

    private final Policy policy;
    private final Optional<AuditLog> audit;
    private final Transfers transfers;
    private final Map<String, LongAdder> blocked = new ConcurrentHashMap<>();
    private final LongAdder audited = new LongAdder();
    private final LongAdder auditedBytes = new LongAdder();

    private PrivacyGuard(CamelContext context, Policy policy, Optional<AuditLog> audit) {
        this.policy = policy;
        this.audit = audit;
        this.transfers = new Transfers(context, policy);
    }

    /**
     * Guards a context from now on. To be called before routes are added, once placeholders can be resolved.
     *
     * @param policy file of the operator, see docs/privacy.md
     * @param audit folder for the log of what left; without one nothing is logged
     * @return to be closed behind the context
     * @throws IllegalArgumentException when the policy file is wrong; the message says where
     */
    public static PrivacyGuard install(CamelContext context, Optional<Path> policy, Optional<Path> audit) {
        Policy rules = policy.map(file -> PolicyFile.read(file, context::resolvePropertyPlaceholders))
                .orElseGet(PolicyFile::catalogue);
        PrivacyGuard guard =
                new PrivacyGuard(context, rules, audit.map(folder -> AuditLog.open(folder, Clock.systemUTC())));
        context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> guard.guarded(uri, endpoint));
        context.getCamelContextExtension().addInterceptStrategy(guard::wrap);
        context.getCamelContextExtension().addContextPlugin(PrivacyGuard.class, guard);
        return guard;
    }

    /**
     * Checks the routes of a text together with those that run and stay. A context that is not guarded checks nothing.
     *
     * @param name of the text
     * @throws RouteException with each way on which more could leave than may
     */
    public static void check(String name, List<RouteDefinition> routes, CamelContext context) throws RouteException {
        PrivacyGuard guard = context.getCamelContextExtension().getContextPlugin(PrivacyGuard.class);
        if (guard == null) {
            return;
        }
        routes.forEach(route -> route.setLocation(name));
        String leaks = new DataFlow(context, guard.policy, together(name, routes, context))
                .leaks().stream()
                        .filter(leak -> leak.trail().touches(name))
                        .map(leak -> leak.line(name))
                        .distinct()
                        .collect(Collectors.joining("\n"));
        if (!leaks.isEmpty()) {
            throw new RouteException(leaks);
        }
    }

    private static List<RouteDefinition> together(String name, List<RouteDefinition> routes, CamelContext context) {
        List<RouteDefinition> all = new ArrayList<>(routes);
        List<String> replaced = routes.stream().map(RouteDefinition::getRouteId).toList();
        if (context instanceof ModelCamelContext running) {
            running.getRouteDefinitions().stream()
                    .filter(route -> !name.equals(route.getLocation()) && !replaced.contains(route.getRouteId()))
                    .forEach(all::add);
        }
        return all;
    }

    /** What a message holds at this moment. */
    public static DataClass classOf(Exchange exchange) {
        State state = Carried.of(exchange);
        return state.body().or(state.headers().highest());
    }

    Policy policy() {
        return policy;
    }

    private Endpoint guarded(String uri, Endpoint endpoint) {
        EndpointClass known = policy.of(uri);
        return known.passes() || endpoint instanceof GuardedEndpoint
                ? endpoint
                : new GuardedEndpoint(endpoint, known, this);
    }

    private Processor wrap(CamelContext context, NamedNode node, Processor step, @Nullable Processor next) {
        Transfer transfer = transfers.of(node);
        return transfer == Transfer.NONE ? step : new GuardedStep(step, transfer, this);
    }

    /** A header may send a message elsewhere than the endpoint's uri says: then both addresses must allow it. */
    DataClass accepted(EndpointClass known, Endpoint endpoint, Exchange exchange) {
        DataClass accepted = known.accepts();
        for (String header : known.redirects()) {
            Object value = exchange.getMessage().getHeader(header);
            if (value != null) {
                DataClass there =
                        policy.of(destination(endpoint, String.valueOf(value))).accepts();
                accepted = accepted.isAbove(there) ? there : accepted;
            }
        }
        return accepted;
    }

    /** Where a message goes to: where its endpoint's uri says, unless a header says otherwise. */
    static String sentTo(EndpointClass known, Endpoint endpoint, Exchange exchange) {
        for (String header : known.redirects()) {
            Object value = exchange.getMessage().getHeader(header);
            if (value != null) {
                return destination(endpoint, String.valueOf(value));
            }
        }
        return endpoint.getEndpointUri();
    }

    private static String destination(Endpoint endpoint, String value) {
        boolean whole = value.startsWith("http:") || value.startsWith("https:");
        String scheme = endpoint.getEndpointUri().split(":", 2)[0];
        return whole ? value : scheme + ":" + value;
    }

    /** The message fails and is not tried again. */
    void block(Exchange exchange, String uri, DataClass told, DataClass accepted) {
        String endpoint = Target.shown(uri);
        count(endpoint, told);
        exchange.setException(new DataClassException(
                "a message with " + told.content() + " was not sent to " + endpoint
                        + ", which may be sent no more than "
                        + accepted.content() + ": send it something else, or allow it in the policy file"
                        + " (docs/privacy.md)",
                exchange));
        exchange.getExchangeExtension().setRedeliveryExhausted(true);
    }

    private void count(String endpoint, DataClass told) {
        String key = endpoint + "." + told.text();
        String counted = blocked.containsKey(key) || blocked.size() < TOLD_APART ? key : "others." + told.text();
        LongAdder number = blocked.computeIfAbsent(counted, first -> {
            LOG.warn(
                    "A message with {} was not sent to {}; further ones are only counted (status, stage privacy)",
                    told.content(),
                    endpoint);
            return new LongAdder();
        });
        number.increment();
    }

    void left(Departure departure, @Nullable Throwable failure) {
        audited.increment();
        auditedBytes.add(Math.max(departure.bytes(), 0));
        audit.ifPresent(log -> log.add(departure, failure == null));
    }

    /** The stage {@code privacy}: what was blocked, by endpoint and class, and what left. */
    public StageStatus status() {
        Map<String, Number> figures = new HashMap<>();
        blocked.forEach((endpoint, number) -> figures.put("blocked." + endpoint, number.sum()));
        figures.put(
                "blocked", blocked.values().stream().mapToLong(LongAdder::sum).sum());
        figures.put("audited", audited.sum());
        figures.put("auditedBytes", auditedBytes.sum());
        audit.ifPresent(log -> figures.put("auditLost", log.lost()));
        return new StageStatus(
                "privacy",
                figures,
                audit.map(log -> Map.of("audit", log.folder().toString())).orElse(Map.of()));
    }

    /** Writes what is still to be written to the audit log. */
    @Override
    public void close() {
        audit.ifPresent(AuditLog::close);
    }
}
