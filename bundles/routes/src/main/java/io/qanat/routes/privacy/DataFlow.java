package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;

/**
 * Follows what messages hold through all routes together, before any runs: an abstract interpretation of Camel's model.
 * Each point of a route gets the most telling state in which a message may reach it; the routes are gone through until
 * nothing changes any more.
 *
 * <p>Threads: one; used once.
 */
final class DataFlow {
    private static final String UNNAMED = "the running routes";

    private final Policy policy;
    private final Targets targets;
    private final Transfers transfers;
    private final List<RouteDefinition> routes;

    /** What comes to the routes behind {@code direct:} and {@code seda:}, and what the routes give back. */
    private final Map<String, Flow> inputs = new HashMap<>();

    private final Map<String, Flow> outputs = new HashMap<>();
    private final Map<String, Leak> leaks = new LinkedHashMap<>();
    private boolean changed;

    DataFlow(CamelContext context, Policy policy, List<RouteDefinition> routes) {
        this.policy = policy;
        this.targets = new Targets(context);
        this.transfers = new Transfers(context, policy);
        this.routes = List.copyOf(routes);
    }

    /** In the order of the routes; each step once. */
    Collection<Leak> leaks() {
        do {
            changed = false;
            leaks.clear();
            routes.forEach(this::follow);
        } while (changed);
        return leaks.values();
    }

    private void follow(RouteDefinition route) {
        Target from = targets.target(route.getInput().getEndpointUri());
        EndpointClass source = policy.of(from.uri());
        Flow input = source.passes()
                ? inputs.get(from.key())
                : new Flow(source.beginning(), step(null, route.getInput(), route, from.toString()));
        if (input == null) {
            return;
        }
        Flow output = new RouteFlow(this, route, transfers, targets).follow(input);
        if (source.passes() && output != null) {
            merge(outputs, from.key(), output);
        }
    }

    private void merge(Map<String, Flow> flows, String key, Flow flow) {
        Flow before = flows.get(key);
        Flow joined = Flow.or(before, flow);
        if (joined != null && (before == null || !joined.state().equals(before.state()))) {
            flows.put(key, joined);
            changed = true;
        }
    }

    static Trail step(@Nullable Trail before, NamedNode node, RouteDefinition route, String label) {
        String text = route.getLocation() == null ? UNNAMED : route.getLocation();
        return new Trail(before, text, node.getLineNumber(), label);
    }

    /** Sends to an endpoint; null when a route behind it is not known to give anything back yet. */
    @Nullable
    Flow send(Flow flow, Target target, NamedNode node) {
        EndpointClass known = policy.of(target.uri());
        if (known.passes()) {
            return pass(flow, target);
        }
        if (target.known() || flow.state().address().isAbove(DataClass.NONE)) {
            check(flow, target, node, known);
        }
        return flow.map(known::after);
    }

    private void check(Flow flow, Target target, NamedNode node, EndpointClass known) {
        DataClass accepted =
                target.whole() ? known.accepts() : target.known() ? policy.mostAccepted(target.uri()) : DataClass.RAW;
        DataClass told = known.told(flow.state());
        if (told.isAbove(accepted)) {
            leak(flow, node, told, accepted, advice(flow.state(), accepted));
        }
    }

    void leak(Flow flow, NamedNode node, DataClass told, DataClass accepted, String advice) {
        leaks.putIfAbsent(
                System.identityHashCode(node) + "/" + flow.trail().label(),
                new Leak(flow.trail(), told, accepted, advice));
    }

    private static String advice(State state, DataClass accepted) {
        if (state.body().isAbove(accepted)) {
            return "put the steps before it that make less telling data of it, such as onnx: and alarm:, or allow the"
                    + " endpoint more in the policy file (docs/privacy.md)";
        }
        if (state.address().isAbove(accepted)) {
            return "keep what the message holds out of the address";
        }
        return "its headers hold them: put <removeHeaders pattern=\"*\"/> before it";
    }

    private @Nullable Flow pass(Flow flow, Target target) {
        List<String> keys = target.whole()
                ? List.of(target.key())
                : routes.stream()
                        .map(route -> targets.target(route.getInput().getEndpointUri()))
                        .filter(input -> input.scheme().equals(target.scheme()))
                        .map(Target::key)
                        .toList();
        Flow answer = null;
        boolean consumed = false;
        for (String key : keys) {
            merge(inputs, key, flow);
            answer = Flow.or(answer, outputs.get(key));
            consumed |= isConsumed(key);
        }
        boolean waits = target.scheme().equals("direct") && target.whole();
        return waits && consumed ? answer : Flow.or(flow, answer);
    }

    private boolean isConsumed(String key) {
        return routes.stream()
                .anyMatch(route ->
                        targets.target(route.getInput().getEndpointUri()).key().equals(key));
    }

    DataClass accepted(String uri) {
        return policy.of(uri).accepts();
    }
}
