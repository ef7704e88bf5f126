package io.qanat.routes.privacy;

import java.util.Arrays;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.jspecify.annotations.Nullable;

/** The endpoints that steps name. Threads: any. */
final class Targets {
    private final CamelContext context;

    Targets(CamelContext context) {
        this.context = context;
    }

    /** Empty for a step that names none. */
    List<Target> of(NamedNode node) {
        // A tap is a dynamic step as well.
        if (node instanceof ToDynamicDefinition to) {
            return List.of(target(to.getUri()));
        }
        if (node instanceof EndpointRequiredDefinition sends) {
            return List.of(target(sends.getEndpointUri()));
        }
        if (node instanceof RecipientListDefinition || node instanceof RoutingSlipDefinition) {
            return listed(((ExpressionNode) node).getExpression());
        }
        if (node instanceof EnrichDefinition || node instanceof PollEnrichDefinition) {
            return listed(((ExpressionNode) node).getExpression()).subList(0, 1);
        }
        return node instanceof DynamicRouterDefinition ? List.of(Target.ANY) : List.of();
    }

    Target target(@Nullable String uri) {
        return uri == null || uri.isBlank() ? Target.ANY : Target.of(context.resolvePropertyPlaceholders(uri));
    }

    private List<Target> listed(@Nullable ExpressionDefinition expression) {
        ExpressionDefinition inner = expression == null || expression.getExpressionType() == null
                ? expression
                : expression.getExpressionType();
        if (inner == null
                || inner.getExpression() == null
                || !List.of("constant", "simple").contains(inner.getLanguage())) {
            return List.of(Target.ANY);
        }
        String text = context.resolvePropertyPlaceholders(inner.getExpression()).strip();
        if (text.startsWith("resource:")) {
            return List.of(Target.ANY);
        }
        return text.contains("{")
                ? List.of(Target.of(text))
                : Arrays.stream(text.split(",", -1)).map(Target::of).toList();
    }
}
