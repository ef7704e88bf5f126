package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.util.StringHelper;

/**
 * What endpoints give and may be sent, and what beans give: the operator's rules before those of the product. The first
 * rule that fits counts, for each part by itself. An endpoint of which nothing is said gives raw readings and may be sent
 * nothing.
 *
 * <p>Threads: any.
 *
 * @param rules the operator's first
 * @param operators how many of them are the operator's
 * @param beans what a bean or a class leaves in body and headers, by name
 */
record Policy(List<EndpointRule> rules, int operators, Map<String, DataClass> beans) {
    Policy {
        rules = List.copyOf(rules);
        beans = Map.copyOf(beans);
    }

    /** These rules, and those of {@code other} where these say nothing. */
    Policy over(Policy other) {
        List<EndpointRule> all = new ArrayList<>(rules);
        all.addAll(other.rules);
        Map<String, DataClass> named = new java.util.HashMap<>(other.beans);
        named.putAll(beans);
        return new Policy(all, rules.size(), named);
    }

    EndpointClass of(String uri) {
        List<EndpointRule> fitting =
                rules.stream().filter(rule -> rule.uri().matches(uri)).toList();
        DataClass from = first(fitting, EndpointRule::from).orElse(DataClass.RAW);
        return new EndpointClass(
                from,
                headers(first(fitting, EndpointRule::headers).orElse(Map.of()), from),
                first(fitting, EndpointRule::accepts).orElse(DataClass.NONE),
                first(fitting, EndpointRule::yields).orElse(new Yield(Optional.of(DataClass.RAW))),
                Set.copyOf(first(fitting, EndpointRule::sends).orElse(List.of("*"))),
                first(fitting, EndpointRule::sets).orElse(Map.of()),
                first(fitting, EndpointRule::redirects).orElse(List.of()),
                first(fitting, EndpointRule::passes).orElse(false),
                first(fitting, EndpointRule::leaves).orElse(true));
    }

    /** What a registered bean, or a class by name, leaves in body and headers. */
    DataClass bean(String name) {
        return beans.getOrDefault(name.replaceFirst("^#?bean:|^#", ""), DataClass.RAW);
    }

    /**
     * What any endpoint of the scheme may be sent at most: what is known of an address whose rest comes with the message;
     * the exact answer is given when it comes.
     */
    DataClass mostAccepted(String known) {
        String scheme = StringHelper.before(known, ":", known);
        DataClass most = of(known).accepts();
        for (EndpointRule rule : rules.subList(0, operators)) {
            if (rule.uri().scheme().equals(scheme)) {
                most = most.or(rule.accepts().orElse(DataClass.NONE));
            }
        }
        return most;
    }

    private static Names headers(Map<String, DataClass> named, DataClass from) {
        Names headers = Names.all(named.getOrDefault("*", from));
        for (Map.Entry<String, DataClass> header : named.entrySet()) {
            headers = header.getKey().equals("*") ? headers : headers.with(header.getKey(), header.getValue());
        }
        return headers;
    }

    private static <T> Optional<T> first(List<EndpointRule> rules, Function<EndpointRule, Optional<T>> part) {
        return rules.stream().map(part).flatMap(Optional::stream).findFirst();
    }
}
