package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.RouteException;
import java.util.Map;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What texts may look like. */
class LanguagesTest {
    private static final String YAML =
            """
            - onException:
                exception: [java.lang.IllegalStateException]
                handled: {constant: 'true'}
                steps:
                  - setBody: {constant: caught}
                  - bean: {ref: sink}
            - route:
                id: a
                from:
                  uri: direct
                  parameters:
                    name: a
                  steps:
                    - choice:
                        when:
                          - simple: "${body} == 'bad'"
                            steps:
                              - throwException:
                                  exceptionType: java.lang.IllegalStateException
                                  message: bad
                        otherwise:
                          steps:
                            - setBody: {simple: 'read ${body}'}
                    - bean:
                        ref: sink
            """;

    private final PlainRoutes plain = new PlainRoutes(Map.of("prefix", "pre"));

    @AfterEach
    void stop() {
        plain.close();
    }

    @Test
    void runsRoutesInYaml() throws RouteException {
        assertThat(plain.routes.load("test.yaml", YAML)).containsExactly("a");

        plain.send("direct:a", "20.5");
        plain.send("direct:a", "bad");

        assertThat(plain.bodies).containsExactly("read 20.5", "caught");
    }

    /** What holds for a text's routes is built into them: a second load must not add it again, nor to other texts. */
    @Test
    void replacesAYamlTextWithWhatHoldsForItsRoutesOnly() throws RouteException {
        plain.routes.load("test.yaml", YAML);
        plain.routes.load("test.yaml", YAML.replace("caught", "caught anew"));
        plain.routes.load("b.yaml", "- from: {uri: 'direct:b', steps: [{process: {ref: sink}}]}");

        plain.send("direct:a", "bad");

        assertThat(plain.bodies).containsExactly("caught anew");
        assertThat(plain.context.getRoutes()).hasSize(2);
    }

    @Test
    void knowsTheLanguageOfATextWithoutEnding() throws RouteException {
        plain.routes.load("one", "- from: {uri: 'direct:a', steps: [{bean: {ref: sink}}]}");
        plain.routes.load("two", "\n<route><from uri='direct:b'/><bean ref='sink'/></route>");

        plain.send("direct:a", "yaml");
        plain.send("direct:b", "xml");

        assertThat(plain.bodies).containsExactly("yaml", "xml");
    }

    @Test
    void takesEachXmlRootThatCamelTakes() throws RouteException {
        String route = "<route id='a'><from uri='direct:a'/><bean ref='sink'/></route>";
        for (String text : new String[] {
            route,
            "<routes>" + route + "</routes>",
            "<camel>" + route + "</camel>",
            "<beans>" + route + "</beans>",
            "<routes xmlns='http://camel.apache.org/schema/spring'>" + route + "</routes>"
        }) {
            assertThat(plain.load(text)).containsExactly("a");
        }
    }

    @Test
    void takesAUriOverSeveralLinesInBothLanguages() throws RouteException {
        plain.load(
                "<routes><route><from uri='direct:a?",
                "    bridgeErrorHandler=true",
                "    &amp;exchangePattern=InOnly'/><bean ref='sink'/></route></routes>");
        plain.routes.load(
                "test.yaml",
                "- from:\n    uri: >\n      direct:b\n      ?bridgeErrorHandler=true\n      &exchangePattern=InOnly\n    steps: [{bean: {ref: sink}}]");

        plain.send("direct:a", "xml");
        plain.send("direct:b", "yaml");

        assertThat(plain.bodies).containsExactly("xml", "yaml");
    }

    @Test
    void tellsTheLineOfEachStepInBothLanguages() throws Exception {
        String xml =
                "<routes>\n<route id='a'>\n<from uri='direct:a'/>\n<to\n uri='log:a'/>\n<bean ref='sink'/>\n</route></routes>";
        String yaml =
                "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - to: log:a\n        - bean:\n            ref: sink";

        assertThat(lines("a.xml", xml)).isEqualTo("2 3 4 6");
        assertThat(lines("a.yaml", yaml)).isEqualTo("1 4 6 7");
    }

    private String lines(String name, String text) throws Exception {
        RouteDefinition route =
                RouteText.checked(name, text, plain.context, plain).routes().get(0);
        StringBuilder lines = new StringBuilder();
        lines.append(route.getLineNumber()).append(' ').append(route.getInput().getLineNumber());
        for (ProcessorDefinition<?> step : route.getOutputs()) {
            lines.append(' ').append(step.getLineNumber());
        }
        return lines.toString();
    }
}
