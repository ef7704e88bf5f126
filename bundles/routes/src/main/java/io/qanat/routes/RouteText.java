package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.routes.privacy.PrivacyGuard;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.spi.NodeIdFactory;

/**
 * A route text in which no mistake was found.
 *
 * @param name for messages
 * @param text as its author wrote it
 * @param routes each with an id, in the text's order
 */
record RouteText(String name, String text, LocatedText located, List<RouteDefinition> routes) {
    RouteText {
        routes = List.copyOf(routes);
    }

    /**
     * Checks a text as if no other one ran.
     *
     * @param name of the text for messages and for its language
     * @throws RouteException with all mistakes
     */
    static RouteText checked(String name, String text, CamelContext context, RouteHost host)
            throws RouteException, InterruptedException {
        return checked(name, text, context, host, OtherRoutes.NONE);
    }

    /**
     * Checks a text that is to run beside others.
     *
     * @throws RouteException with all mistakes
     */
    static RouteText checked(String name, String text, CamelContext context, RouteHost host, OtherRoutes others)
            throws RouteException, InterruptedException {
        LocatedText located = LocatedText.read(name, text);
        Mistakes mistakes = new Mistakes(name);
        new TextCheck(context, host, mistakes).check(located, others);
        mistakes.refuse();
        List<RouteDefinition> routes = new RouteModel(text, located, context, mistakes).routes();
        mistakes.refuse();
        NodeIdFactory ids = context.getCamelContextExtension().getContextPlugin(NodeIdFactory.class);
        routes.forEach(route -> route.idOrCreate(ids));
        routes.forEach(RouteText::straighten);
        routes.forEach(RouteDefaults::apply);
        PrivacyGuard.check(name, routes, context);
        return new RouteText(name, text, located, routes);
    }

    /** A uri over several lines would keep the spaces between them. */
    private static void straighten(RouteDefinition route) {
        FromDefinition from = route.getInput();
        from.setUri(EndpointUri.oneLine(from.getUri()));
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SendDefinition.class).stream()
                .filter(send -> send.getUri() != null)
                .forEach(send -> send.setUri(EndpointUri.oneLine(send.getUri())));
    }

    /** A message about one of the routes, with its place. */
    String line(String routeId, String message) {
        for (int i = 0; i < Math.min(routes.size(), located.routes().size()); i++) {
            if (routes.get(i).getRouteId().equals(routeId)) {
                return Mistakes.line(name, located.routes().get(i).position(), message);
            }
        }
        return Mistakes.line(name, Position.START, message);
    }
}
