package io.qanat.routes;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.model.app.BeansDefinition;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.xml.in.ModelParser;
import org.apache.camel.xml.io.XmlPullParserException;
import org.apache.camel.xml.io.XmlPullParserLocationException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Has Camel read a text as its own model, without any of it coming into a context. Threads: one; used once. */
final class RouteModel {
    /** How Camel's XML parser ends its messages. */
    private static final Pattern PLACE = Pattern.compile("\\s*\\(position[^@]*@(\\d+):(\\d+)\\)\\s*");

    private final String text;
    private final LocatedText located;
    private final CamelContext context;
    private final Mistakes mistakes;

    RouteModel(String text, LocatedText located, CamelContext context, Mistakes mistakes) {
        this.text = text;
        this.located = located;
        this.context = context;
        this.mistakes = mistakes;
    }

    /** Empty when Camel cannot read it; the mistakes say why. */
    List<RouteDefinition> routes() {
        List<RouteDefinition> routes = located.language() == LocatedText.Language.XML ? xml() : yaml();
        if (!mistakes.any()) {
            complete(routes);
        }
        return routes;
    }

    private List<RouteDefinition> xml() {
        try {
            ModelParser parser = new ModelParser(new StringReader(text), located.namespace());
            return located.roots().get(0).name().startsWith("route")
                    ? parser.parseRoutesDefinition()
                            .map(RoutesDefinition::getRoutes)
                            .orElse(List.of())
                    : parser.parseBeansDefinition()
                            .map(BeansDefinition::getRoutes)
                            .orElse(List.of());
        } catch (XmlPullParserException e) {
            addPlaced(e.getMessage(), Position.reported(e.getLineNumber(), e.getColumnNumber()));
        } catch (XmlPullParserLocationException e) {
            addPlaced(e.getMessage(), Position.reported(e.getLineNumber(), e.getColumnNumber()));
        } catch (IllegalArgumentException | IOException e) {
            addPlaced(e.getMessage(), located.start());
        }
        return List.of();
    }

    private List<RouteDefinition> yaml() {
        try (YamlRoutesBuilderLoader loader = new YamlRoutesBuilderLoader()) {
            loader.setCamelContext(context);
            loader.start();
            RouteBuilder builder = loader.doLoadRouteBuilder(ResourceHelper.fromString("routes.yaml", text));
            return builder.configureRoutes(context).getRoutes();
        } catch (MarkedYamlEngineException e) {
            Position place = e.getProblemMark()
                    .map(mark -> Position.reported(mark.getLine() + 1, mark.getColumn() + 1))
                    .orElseGet(located::start);
            mistakes.add(place, String.valueOf(e.getProblem()));
        } catch (Exception e) {
            // Whatever Camel's reader fails with says that the text cannot run.
            mistakes.add(located.start(), String.valueOf(e.getMessage()));
        }
        return List.of();
    }

    private void complete(List<RouteDefinition> routes) {
        if (routes.isEmpty()) {
            mistakes.add(located.start(), "no route: expected <routes> with a <route> in it");
        }
        for (int i = 0; i < Math.min(routes.size(), located.routes().size()); i++) {
            if (routes.get(i).getInput() == null) {
                mistakes.add(located.routes().get(i).position(), "the route has no source: begin it with <from>");
            }
        }
    }

    private void addPlaced(@Nullable String message, Position reported) {
        Matcher place = PLACE.matcher(String.valueOf(message));
        Position position = place.find()
                ? Position.reported(Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)))
                : reported;
        mistakes.add(position, place.reset().replaceAll(" "));
    }
}
