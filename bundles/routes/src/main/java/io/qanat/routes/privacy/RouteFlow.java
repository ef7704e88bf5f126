package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.NamedNode;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.CatchDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.CircuitBreakerDefinition;
import org.apache.camel.model.FinallyDefinition;
import org.apache.camel.model.InterceptDefinition;
import org.apache.camel.model.InterceptSendToEndpointDefinition;
import org.apache.camel.model.LoadBalanceDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.OnCompletionDefinition;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.PipelineDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RollbackDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.StepDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;
import org.jspecify.annotations.Nullable;

/** Follows what messages hold through one route. Threads: one; made anew for each pass. */
final class RouteFlow {
    private final DataFlow flows;
    private final RouteDefinition route;
    private final Transfers transfers;
    private final Targets targets;

    /** What messages may hold where an exception may begin: of the route, and of each doTry around the step. */
    private final Deque<Seen> scopes = new ArrayDeque<>();

    /** Joins what it is shown. */
    private static final class Seen {
        private @Nullable Flow all;

        void add(@Nullable Flow flow) {
            all = Flow.or(all, flow);
        }
    }

    RouteFlow(DataFlow flows, RouteDefinition route, Transfers transfers, Targets targets) {
        this.flows = flows;
        this.route = route;
        this.transfers = transfers;
        this.targets = targets;
    }

    /** What the route gives back. */
    @Nullable
    Flow follow(Flow input) {
        Seen seen = new Seen();
        scopes.push(seen);
        seen.add(input);
        Flow entered = input;
        Flow output;
        State before;
        do {
            before = entered.state();
            output = sequence(entered, main());
            Flow aside = aside(input, seen);
            output = Flow.or(output, aside);
            entered = joined(entered, inline() ? aside : null);
        } while (!entered.state().equals(before));
        deadLetters(input, seen);
        traced(seen);
        return output;
    }

    private static Flow joined(Flow one, @Nullable Flow other) {
        Flow joined = Flow.or(one, other);
        return joined == null ? one : joined;
    }

    private List<ProcessorDefinition<?>> main() {
        return route.getOutputs().stream().filter(node -> !isAside(node)).toList();
    }

    private static boolean isAside(ProcessorDefinition<?> node) {
        return node instanceof OnExceptionDefinition
                || node instanceof OnCompletionDefinition
                || node instanceof InterceptDefinition
                || node instanceof InterceptSendToEndpointDefinition;
    }

    /** Whether what stands aside works on messages that go on in the route. */
    private boolean inline() {
        return route.getOutputs().stream()
                .anyMatch(node -> node instanceof InterceptDefinition
                        || node instanceof InterceptSendToEndpointDefinition
                        || (node instanceof OnExceptionDefinition handler && handler.getContinued() != null));
    }

    /** Handlers and interceptors, which may be entered from anywhere. */
    private @Nullable Flow aside(Flow input, Seen seen) {
        Flow output = null;
        for (ProcessorDefinition<?> node : route.getOutputs()) {
            if (isAside(node)) {
                output = Flow.or(output, sequence(entered(node, input, seen), node.getOutputs()));
            }
        }
        return output;
    }

    private static @Nullable Flow entered(ProcessorDefinition<?> node, Flow input, Seen seen) {
        Flow any = joined(input, seen.all);
        boolean original = node instanceof OnExceptionDefinition handler
                && (isTrue(handler.getUseOriginalMessage()) || isTrue(handler.getUseOriginalBody()));
        return original ? any.map(State::restored) : any;
    }

    private static boolean isTrue(@Nullable String option) {
        return option != null && !option.equals("false");
    }

    private void deadLetters(Flow input, Seen seen) {
        DeadLetterChannelDefinition channel = deadLetterChannel().orElse(null);
        if (channel != null) {
            Flow any = joined(input, seen.all).map(State::restored);
            Target target = targets.target(channel.getDeadLetterUri());
            flows.send(named(any, route, "dead letter channel to " + target), target, route);
        }
    }

    private Optional<DeadLetterChannelDefinition> deadLetterChannel() {
        ErrorHandlerFactory factory = route.getErrorHandlerFactory();
        if (route.getErrorHandler() != null) {
            factory = route.getErrorHandler().getErrorHandlerType();
        }
        return Optional.ofNullable(factory)
                .filter(DeadLetterChannelDefinition.class::isInstance)
                .map(DeadLetterChannelDefinition.class::cast);
    }

    /** Camel's tracer writes whole messages to the log. */
    private void traced(Seen seen) {
        Flow any = seen.all;
        if (any != null && isTrue(route.getTrace())) {
            DataClass told = any.state()
                    .body()
                    .or(any.state().headers().highest())
                    .or(any.state().origin());
            disclose(named(any, route, "tracing to log:"), route, told, "log:trace");
        }
    }

    private void disclose(Flow flow, NamedNode node, DataClass told, String uri) {
        DataClass accepted = flows.accepted(uri);
        if (told.isAbove(accepted)) {
            flows.leak(flow, node, told, accepted, "tell less of the message there");
        }
    }

    private Flow named(Flow flow, NamedNode node, String label) {
        return flow.via(DataFlow.step(flow.trail(), node, route, label));
    }

    private @Nullable Flow sequence(@Nullable Flow flow, List<? extends ProcessorDefinition<?>> nodes) {
        Flow current = flow;
        for (ProcessorDefinition<?> node : nodes) {
            if (current == null) {
                return null;
            }
            current = node(current, node);
        }
        return current;
    }

    private @Nullable Flow node(Flow flow, ProcessorDefinition<?> node) {
        Transfer transfer = transfers.of(node);
        Flow entered = flow.map(transfer.before());
        see(entered);
        transfer.told().ifPresent(told -> {
            String label = node.getShortName() + (told.uri().equals("poll:") ? "" : " to " + Target.shown(told.uri()));
            disclose(named(entered, node, label), node, told.what().of(flow.state()), told.uri());
        });
        Flow worked = work(entered, node);
        if (worked == null) {
            return null;
        }
        State after = transfer.after().apply(flow.state(), worked.state());
        Flow left = new Flow(after, worked.trail());
        boolean raised =
                after.body().isAbove(flow.state().body()) && worked.trail().equals(flow.trail());
        left = raised ? named(left, node, node.getShortName()) : left;
        see(left);
        return left;
    }

    private void see(Flow flow) {
        scopes.forEach(scope -> scope.add(flow));
    }

    private @Nullable Flow work(Flow flow, ProcessorDefinition<?> node) {
        if (node instanceof StopDefinition
                || node instanceof RollbackDefinition
                || node instanceof ThrowExceptionDefinition) {
            return null;
        }
        List<Target> sends = transfers.polls(node) ? List.of() : targets.of(node);
        if (!sends.isEmpty()) {
            return sends(flow, node, sends);
        }
        return block(flow, node);
    }

    private @Nullable Flow sends(Flow flow, ProcessorDefinition<?> node, List<Target> sends) {
        Flow output = null;
        for (Target target : sends) {
            String kind = node.getShortName().equals("to") ? "" : node.getShortName() + " ";
            // A slip hands the message from one to the next.
            Flow sent = flows.send(named(joined(flow, output), node, kind + target), target, node);
            see(flow);
            output = Flow.or(output, sent);
        }
        return node instanceof WireTapDefinition ? flow : output;
    }

    private @Nullable Flow block(Flow flow, ProcessorDefinition<?> node) {
        if (node instanceof ChoiceDefinition choice) {
            return choice(flow, choice);
        }
        if (node instanceof TryDefinition) {
            return guarded(flow, node);
        }
        if (node instanceof CircuitBreakerDefinition) {
            return guarded(flow, node);
        }
        if (node instanceof MulticastDefinition || node instanceof LoadBalanceDefinition) {
            Flow output = flow;
            for (ProcessorDefinition<?> child : node.getOutputs()) {
                output = Flow.or(output, node(flow, child));
            }
            return output;
        }
        if (node instanceof LoopDefinition) {
            return loop(flow, node);
        }
        // Camel tells the steps of an aggregate their parent only when the route is built.
        Flow inner = sequence(
                node instanceof AggregateDefinition all ? flow.map(state -> transfers.aggregated(all, state)) : flow,
                node.getOutputs());
        if (node instanceof PipelineDefinition || node instanceof StepDefinition) {
            return inner;
        }
        return node instanceof AggregateDefinition || isPlainSplit(node) ? flow : Flow.or(flow, inner);
    }

    private static boolean isPlainSplit(ProcessorDefinition<?> node) {
        return node instanceof SplitDefinition split
                && split.getAggregationStrategy() == null
                && split.getAggregationStrategyBean() == null;
    }

    private @Nullable Flow choice(Flow flow, ChoiceDefinition choice) {
        Flow output = choice.getOtherwise() == null
                ? flow
                : sequence(flow, choice.getOtherwise().getOutputs());
        for (WhenDefinition when : choice.getWhenClauses()) {
            output = Flow.or(output, sequence(flow, when.getOutputs()));
        }
        return output;
    }

    private Flow loop(Flow flow, ProcessorDefinition<?> node) {
        Flow entered = flow;
        State before;
        do {
            before = entered.state();
            entered = joined(entered, sequence(entered, node.getOutputs()));
        } while (!entered.state().equals(before));
        return entered;
    }

    /** The branches for failures may be entered from anywhere in the others. */
    private @Nullable Flow guarded(Flow flow, ProcessorDefinition<?> node) {
        Seen seen = new Seen();
        seen.add(flow);
        scopes.push(seen);
        Flow output = sequence(flow, main(node));
        for (List<ProcessorDefinition<?>> branch : branches(node)) {
            output = Flow.or(output, sequence(joined(flow, seen.all), branch));
        }
        scopes.pop();
        return output;
    }

    private static List<ProcessorDefinition<?>> main(ProcessorDefinition<?> node) {
        return node.getOutputs().stream()
                .filter(child -> !(child instanceof CatchDefinition || child instanceof FinallyDefinition))
                .toList();
    }

    /** In the order in which a message would come through several of them. */
    private static List<List<ProcessorDefinition<?>>> branches(ProcessorDefinition<?> node) {
        List<List<ProcessorDefinition<?>>> branches = new ArrayList<>();
        if (node instanceof CircuitBreakerDefinition breaker && breaker.getOnFallback() != null) {
            branches.add(breaker.getOnFallback().getOutputs());
        }
        if (node instanceof TryDefinition doTry) {
            Optional.ofNullable(doTry.getCatchClauses())
                    .ifPresent(all -> all.forEach(one -> branches.add(one.getOutputs())));
            Optional.ofNullable(doTry.getFinallyClause()).ifPresent(last -> branches.add(last.getOutputs()));
        }
        return branches;
    }
}
