package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ClaimCheckDefinition;
import org.apache.camel.model.ConvertHeaderDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.MarshalDefinition;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.PollDefinition;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.ScriptDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.SortDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TransformDataTypeDefinition;
import org.apache.camel.model.TransformDefinition;
import org.apache.camel.model.UnmarshalDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.jspecify.annotations.Nullable;

/** What each step of Camel's model makes of a message's state. A step that is not known may do anything. Threads: any. */
final class Transfers {
    private static final java.util.regex.Pattern LITERAL = java.util.regex.Pattern.compile("[A-Za-z0-9_-]+");

    /** Steps that only hand the message on, by Camel's short names; their expressions are looked at. */
    private static final Set<String> HARMLESS = Set.of(
            "aggregate",
            "circuitBreaker",
            "choice",
            "convertBodyTo",
            "delay",
            "doCatch",
            "doFinally",
            "doTry",
            "dynamicRouter",
            "filter",
            "idempotentConsumer",
            "intercept",
            "interceptFrom",
            "interceptSendToEndpoint",
            "loadBalance",
            "loop",
            "onCompletion",
            "onException",
            "onFallback",
            "otherwise",
            "pipeline",
            "policy",
            "removeProperties",
            "removeProperty",
            "removeVariable",
            "resequence",
            "rollback",
            "route",
            "routingSlip",
            "saga",
            "sample",
            "setExchangePattern",
            "setVariable",
            "setVariables",
            "step",
            "stop",
            "threads",
            "throttle",
            "throwException",
            "transacted",
            "validate",
            "when");

    private final Policy policy;
    private final Targets targets;
    private final Expressions expressions;
    private final Map<Class<?>, Function<Object, Transfer>> steps = new HashMap<>();

    Transfers(CamelContext context, Policy policy) {
        this.policy = policy;
        this.targets = new Targets(context);
        this.expressions = new Expressions(context, policy);
        values();
        code();
        endpoints();
    }

    /** Of a step of a route, whose expressions and endpoints may have placeholders. */
    Transfer of(NamedNode node) {
        Function<Object, Transfer> known = steps.get(node.getClass());
        Transfer own = known == null ? unknown(node) : known.apply(node);
        return firstOfAggregated(node).around(effect(node)).around(own);
    }

    private void values() {
        step(SetBodyDefinition.class, set -> setBody(set.getExpression()));
        step(TransformDefinition.class, set -> setBody(set.getExpression()));
        step(SetHeaderDefinition.class, set -> setHeader(set.getName(), set.getExpression()));
        step(SetHeadersDefinition.class, this::setHeaders);
        step(SetPropertyDefinition.class, this::setProperty);
        step(RemoveHeaderDefinition.class, remove -> removeHeader(String.valueOf(remove.getName())));
        step(RemoveHeadersDefinition.class, this::removeHeaders);
        step(
                ConvertHeaderDefinition.class,
                convert -> convert.getToName() == null
                        ? Transfer.NONE
                        : Transfer.after((before, now) -> now.withHeaders(
                                now.headers().raised(before.headers().of(String.valueOf(convert.getName()))))));
        step(SortDefinition.class, sort -> setBody(sort.getExpression()).around(mixing()));
        step(TransformDataTypeDefinition.class, transform -> mixing());
        step(MarshalDefinition.class, marshal -> mixing());
        step(UnmarshalDefinition.class, unmarshal -> mixing());
    }

    private void code() {
        step(BeanDefinition.class, this::bean);
        step(ProcessDefinition.class, process -> code(process.getRef()));
        step(ScriptDefinition.class, script -> code(null));
        step(ClaimCheckDefinition.class, claim -> after(state -> state.raised(DataClass.RAW)));
        step(LogDefinition.class, this::log);
    }

    private void endpoints() {
        step(ToDefinition.class, to -> address(simple(to.getUri()))
                .around(variables(to.getVariableSend(), to.getVariableReceive())));
        step(ToDynamicDefinition.class, to -> address(simple(to.getUri()))
                .around(variables(to.getVariableSend(), to.getVariableReceive())));
        step(WireTapDefinition.class, this::wireTap);
        step(RecipientListDefinition.class, list -> address(expressions.of(list.getExpression()))
                .around(prepared(list.getOnPrepare(), list.getOnPrepareProcessor()))
                .around(aggregated(list.getAggregationStrategy(), list.getAggregationStrategyBean())));
        step(MulticastDefinition.class, multicast -> prepared(
                        multicast.getOnPrepare(), multicast.getOnPrepareProcessor())
                .around(aggregated(multicast.getAggregationStrategy(), multicast.getAggregationStrategyBean())));
        step(SplitDefinition.class, this::split);
        step(org.apache.camel.model.RoutingSlipDefinition.class, slip -> address(expressions.of(slip.getExpression())));
        step(
                org.apache.camel.model.DynamicRouterDefinition.class,
                router -> address(expressions.of(((ExpressionNode) router).getExpression())));
        step(EnrichDefinition.class, enrich -> address(expressions.of(enrich.getExpression()))
                .around(variables(enrich.getVariableSend(), enrich.getVariableReceive()))
                .around(aggregated(enrich.getAggregationStrategy(), enrich.getAggregationStrategyBean())));
        step(PollEnrichDefinition.class, poll -> poll(expressions.of(poll.getExpression()), targets.of(poll))
                .around(aggregated(poll.getAggregationStrategy(), poll.getAggregationStrategyBean())));
        step(PollDefinition.class, poll -> poll(simple(poll.getUri()), targets.of(poll)));
    }

    private <D> void step(Class<D> type, Function<D, Transfer> transfer) {
        steps.put(type, node -> transfer.apply(type.cast(node)));
    }

    private Transfer unknown(NamedNode node) {
        return HARMLESS.contains(node.getShortName())
                ? Transfer.NONE
                : new Transfer(
                        state -> state.raised(DataClass.RAW),
                        (before, now) -> now.raised(DataClass.RAW),
                        java.util.Optional.empty());
    }

    /** An expression that runs code may change the message, whatever step it stands in. */
    private Transfer effect(NamedNode node) {
        DataClass effect = DataClass.NONE;
        if (node instanceof ExpressionNode step) {
            effect = expressions.of(step.getExpression()).effect();
        }
        if (node instanceof ChoiceDefinition choice) {
            for (WhenDefinition when : choice.getWhenClauses()) {
                effect = effect.or(expressions.of(when.getExpression()).effect());
            }
        }
        DataClass left = effect;
        return left == DataClass.NONE ? Transfer.NONE : Transfer.before(state -> state.raised(left));
    }

    /** What a strategy has put together goes to the steps below the aggregate, and is what the strategy makes of it. */
    private Transfer firstOfAggregated(NamedNode node) {
        if (node.getParent() instanceof AggregateDefinition aggregate
                && !aggregate.getOutputs().isEmpty()
                && aggregate.getOutputs().get(0) == node) {
            return Transfer.before(state -> aggregated(aggregate, state));
        }
        return Transfer.NONE;
    }

    /** What the steps of an aggregate begin with. */
    State aggregated(AggregateDefinition aggregate, State state) {
        return state.raised(strategy(aggregate.getAggregationStrategy(), aggregate.getAggregationStrategyBean()));
    }

    private Transfer setBody(@Nullable ExpressionDefinition expression) {
        Reads reads = expressions.of(expression);
        return Transfer.after((before, now) -> now.withBody(reads.of(before)));
    }

    private Transfer setHeader(@Nullable String name, @Nullable ExpressionDefinition expression) {
        Reads reads = expressions.of(expression).and(simple(name));
        return Transfer.after((before, now) -> now.withHeaders(set(now.headers(), name, reads.of(before))));
    }

    private Transfer setHeaders(SetHeadersDefinition set) {
        Transfer all = Transfer.NONE;
        for (SetHeaderDefinition header : set.getHeaders()) {
            DataClass effect = expressions.of(header.getExpression()).effect();
            all = setHeader(header.getName(), header.getExpression())
                    .around(Transfer.before(state -> state.raised(effect)))
                    .around(all);
        }
        return all;
    }

    private Transfer setProperty(SetPropertyDefinition set) {
        Reads reads = expressions.of(set.getExpression()).and(simple(set.getName()));
        return Transfer.after(
                (before, now) -> now.withProperties(set(now.properties(), set.getName(), reads.of(before))));
    }

    private static Names set(Names names, @Nullable String name, DataClass value) {
        return name == null || name.contains("{") ? names.raised(value) : names.with(name, value);
    }

    private Transfer removeHeader(String name) {
        return name.contains("{")
                ? Transfer.NONE
                : Transfer.after((before, now) -> now.withHeaders(now.headers().with(name, DataClass.NONE)));
    }

    /** A pattern may be a regular expression, and fit more than it seems: only plain names are believed. */
    private Transfer removeHeaders(RemoveHeadersDefinition remove) {
        String kept = remove.getExcludePattern();
        if (!"*".equals(remove.getPattern())
                || (kept != null && !LITERAL.matcher(kept).matches())) {
            return Transfer.NONE;
        }
        Set<String> names = kept == null ? Set.of() : Set.of(kept);
        return Transfer.after((before, now) -> now.withHeaders(now.headers().only(names)));
    }

    /** What was in the body may now be in headers, and the other way round. */
    private static Transfer mixing() {
        return after(state -> {
            DataClass all = state.body().or(state.headers().highest());
            return state.withBody(all).withHeaders(state.headers().raised(state.body()));
        });
    }

    private Transfer bean(BeanDefinition bean) {
        boolean registered = bean.getRef() != null
                && !bean.getRef().startsWith("#class:")
                && !bean.getRef().startsWith("#type:");
        if (registered) {
            return code(bean.getRef());
        }
        String type = String.valueOf(bean.getBeanType() == null ? bean.getRef() : bean.getBeanType());
        String name = expressions.resolved(type).replaceFirst("^#\\w+:", "");
        return Transfer.told("class:" + name, Reads.BODY_AND_HEADERS).around(code(name));
    }

    /** The body is what the code gives, and it may have changed headers and properties. */
    private Transfer code(@Nullable String name) {
        DataClass yields = name == null ? DataClass.RAW : policy.bean(expressions.resolved(name));
        return after(state -> state.raised(yields).withBody(yields));
    }

    private Transfer log(LogDefinition log) {
        String language = log.getLogLanguage() == null ? "simple" : log.getLogLanguage();
        String name = log.getLogName() == null ? "route" : log.getLogName();
        Reads reads = expressions.of(language, String.valueOf(log.getMessage())).and(simple(log.getLogName()));
        return Transfer.told("log:" + (name.contains("{") ? "log" : name), reads)
                .around(Transfer.before(state -> state.raised(reads.effect())));
    }

    private Reads simple(@Nullable String text) {
        return expressions.simple(text);
    }

    private static Transfer after(java.util.function.UnaryOperator<State> change) {
        return Transfer.after((before, now) -> change.apply(now));
    }

    /** What the address of an endpoint tells when the message comes. */
    private static Transfer address(Reads reads) {
        return reads.equals(Reads.NOTHING)
                ? Transfer.NONE
                : new Transfer(
                        state -> state.raised(reads.effect())
                                .withAddress(state.address().or(reads.of(state))),
                        (before, now) -> now.withAddress(before.address()),
                        java.util.Optional.empty());
    }

    /** Variables are not followed: what is sent from one may be anything. What is received into one changes no message. */
    private static Transfer variables(@Nullable String send, @Nullable String receive) {
        Transfer sending = send == null ? Transfer.NONE : Transfer.before(state -> state.withBody(DataClass.RAW));
        return receive == null
                ? sending
                : Transfer.after((before, now) -> before.or(now)).around(sending);
    }

    private Transfer wireTap(WireTapDefinition tap) {
        return Transfer.after((before, now) -> before)
                .around(address(simple(tap.getUri())))
                .around(prepared(tap.getOnPrepare(), tap.getOnPrepareProcessor()));
    }

    private Transfer split(SplitDefinition split) {
        Reads reads = expressions.of(split.getExpression());
        Transfer parts = Transfer.before(state -> state.withBody(state.body().or(reads.of(state))))
                .around(prepared(split.getOnPrepare(), split.getOnPrepareProcessor()));
        boolean original = split.getAggregationStrategy() == null && split.getAggregationStrategyBean() == null;
        return (original
                        ? Transfer.after((before, now) -> before)
                        : aggregated(split.getAggregationStrategy(), split.getAggregationStrategyBean()))
                .around(parts);
    }

    /** Code that is shown each copy before it is sent. */
    private Transfer prepared(@Nullable String name, @Nullable Object processor) {
        if (name == null && processor == null) {
            return Transfer.NONE;
        }
        DataClass yields = name == null ? DataClass.RAW : policy.bean(expressions.resolved(name));
        return Transfer.before(state -> state.raised(yields));
    }

    private Transfer aggregated(@Nullable String name, @Nullable Object strategy) {
        DataClass made = strategy(name, strategy);
        return made == DataClass.NONE
                ? Transfer.NONE
                : Transfer.after((before, now) -> before.or(now).raised(made).withAddress(before.address()));
    }

    private DataClass strategy(@Nullable String name, @Nullable Object strategy) {
        if (name != null) {
            return policy.bean(expressions.resolved(name));
        }
        return strategy == null ? DataClass.NONE : DataClass.RAW;
    }

    /** A poll asks with its address alone, and no producer is there that could be guarded. */
    private Transfer poll(Reads address, List<Target> polled) {
        DataClass from = polled.stream()
                .map(target -> policy.of(target.uri()))
                .map(known -> known.passes() ? DataClass.RAW : known.from())
                .reduce(DataClass::or)
                .orElse(DataClass.RAW);
        return Transfer.told("poll:", address).around(after(state -> state.raised(from)));
    }

    /** Whether a step takes from the endpoint that it names. */
    boolean polls(NamedNode node) {
        return node instanceof PollDefinition || node instanceof PollEnrichDefinition;
    }
}
