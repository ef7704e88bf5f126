package io.qanat.routes;

import io.qanat.api.RouteException;
import io.qanat.routes.privacy.PrivacyGuard;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.spi.NodeIdFactory;
import org.apache.camel.xml.in.ModelParser;
import org.apache.camel.xml.io.XmlPullParserException;
import org.apache.camel.xml.io.XmlPullParserLocationException;
import org.jspecify.annotations.Nullable;

/**
 * A route text in which no mistake was found.
 *
 * @param name for messages
 * @param routes each with an id, in the text's order
 */
record RouteText(String name, LocatedText located, List<RouteDefinition> routes) {
    /** How Camel's parser ends its messages. */
    private static final Pattern PLACE = Pattern.compile("\\s*\\(position[^@]*@(\\d+):(\\d+)\\)\\s*");

    RouteText {
        routes = List.copyOf(routes);
    }

    /** @throws RouteException with all mistakes */
    static RouteText checked(String name, String text, CamelContext context, RouteHost host)
            throws RouteException, InterruptedException {
        LocatedText located = LocatedText.read(name, text);
        Mistakes mistakes = new Mistakes(name);
        List<RouteDefinition> routes = parse(text, located, mistakes);
        new TextCheck(context, host, mistakes).check(located);
        mistakes.refuse();
        NodeIdFactory ids = context.getCamelContextExtension().getContextPlugin(NodeIdFactory.class);
        routes.forEach(route -> route.idOrCreate(ids));
        routes.forEach(RouteDefaults::apply);
        PrivacyGuard.check(name, routes, context);
        return new RouteText(name, located, routes);
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

    private static List<RouteDefinition> parse(String text, LocatedText located, Mistakes mistakes) {
        try {
            List<RouteDefinition> routes = new ModelParser(new StringReader(text), located.namespace())
                    .parseRoutesDefinition()
                    .map(RoutesDefinition::getRoutes)
                    .orElse(List.of());
            complete(routes, located, mistakes);
            return routes;
        } catch (XmlPullParserException e) {
            addPlaced(e.getMessage(), Position.reported(e.getLineNumber(), e.getColumnNumber()), mistakes);
        } catch (XmlPullParserLocationException e) {
            addPlaced(e.getMessage(), Position.reported(e.getLineNumber(), e.getColumnNumber()), mistakes);
        } catch (IllegalArgumentException | IOException e) {
            addPlaced(e.getMessage(), located.elements().get(0).position(), mistakes);
        }
        return List.of();
    }

    private static void complete(List<RouteDefinition> routes, LocatedText located, Mistakes mistakes) {
        if (routes.isEmpty()) {
            mistakes.add(located.elements().get(0).position(), "no route: expected <routes> with a <route> in it");
        }
        for (int i = 0; i < Math.min(routes.size(), located.routes().size()); i++) {
            if (routes.get(i).getInput() == null) {
                mistakes.add(located.routes().get(i).position(), "the route has no source: begin it with <from>");
            }
        }
    }

    private static void addPlaced(@Nullable String message, Position reported, Mistakes mistakes) {
        Matcher place = PLACE.matcher(String.valueOf(message));
        Position position = place.find()
                ? Position.reported(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)))
                : reported;
        mistakes.add(position, place.reset().replaceAll(" "));
    }
}
