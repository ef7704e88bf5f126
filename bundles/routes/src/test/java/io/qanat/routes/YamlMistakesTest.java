package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.RouteException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mistakes of {@link MistakesTest} in YAML, and those that only YAML has. */
class YamlMistakesTest {
    private final PlainRoutes plain = new PlainRoutes(Map.of("size", "many"));

    @BeforeEach
    void aRouteRuns() throws RouteException {
        plain.routes.load("test.yaml", "- route: {id: a, from: {uri: 'direct:a', steps: [{bean: {ref: sink}}]}}");
    }

    @AfterEach
    void itStillRuns() {
        plain.send("direct:a", "still here");
        assertThat(plain.bodies).containsExactly("still here");
        plain.close();
    }

    @Test
    void tabThatIndents() {
        refused(
                "test.yaml:2:1: this is no well-formed YAML: a tab indents this line: use spaces",
                "- from:",
                "\turi: direct:b");
    }

    @Test
    void wrongIndentation() {
        refused(
                "test.yaml:3:3: this is no well-formed YAML: .*expected <block end>, but found .*;"
                        + " look at the indentation of this line and of the one before",
                "- from:",
                "    uri: direct:b",
                "  - to: log:b");
    }

    @Test
    void keyGivenTwice() {
        refused(
                "test.yaml:3:5: the key 'uri' is there twice, first in line 2: remove one",
                "- from:",
                "    uri: direct:b",
                "    uri: direct:c");
    }

    @Test
    void aliasThatWouldGrow() {
        refused(
                "test.yaml:2:9: an alias is not allowed: write out what it stands for",
                "- from: &x direct:b",
                "- from: *x");
    }

    @Test
    void listsNestedTooDeep() {
        refused("test.yaml:1:101: the lists are nested more than 100 deep: flatten them", "[".repeat(200));
    }

    @Test
    void emptyText() {
        refused("test.yaml:1:1: no route: the text is empty", "# nothing");
    }

    @Test
    void textThatIsNoList() {
        refused(
                "test.yaml:1:1: expected a list of routes: begin the first one with '- route:' or '- from:'",
                "apiVersion: camel.apache.org/v1",
                "kind: Integration");
    }

    @Test
    void stepThatIsNoMapping() {
        refused(
                "test.yaml:4:9: expected a step, such as '- to: log:readings'",
                "- from:",
                "    uri: direct:b",
                "    steps:",
                "      - log");
    }

    @Test
    void unknownStep() {
        refused("test.yaml:4:9: unknown key 'setBdy': did you mean setBody\\?", route("- setBdy: {constant: x}"));
    }

    @Test
    void stepInTheSpellingOfEarlierCamels() {
        refused("test.yaml:4:9: unknown key 'set-body': did you mean setBody\\?", route("- set-body: {constant: x}"));
    }

    @Test
    void componentWrittenAsAStep() {
        refused(
                "test.yaml:4:9: 'window' is a component: write 'to' with the uri window:name",
                route("- window: {length: 16}"));
    }

    @Test
    void unknownKeyOfAStep() {
        refused("test.yaml:5:11: unknown key 'urri' of 'to': did you mean uri\\?", route("- to:", "    urri: log:b"));
    }

    @Test
    void beansMadeInTheText() {
        refused(
                "test.yaml:1:3: 'beans' may not stand here: .*; beans are services with the property camel.bean",
                "- beans:",
                "    - name: x",
                "      type: java.lang.String");
    }

    @Test
    void unknownComponentWithASimilarName() {
        refused("test.yaml:4:9: unknown component 'onx': did you mean onnx\\?", route("- to: onx:mote"));
    }

    @Test
    void unknownOptionInTheUri() {
        refused(
                "test.yaml:4:34: unknown option 'blokWhenFull' of seda: did you mean blockWhenFull\\?",
                route("- to: \"seda:b?timeout=5000&blokWhenFull=true\""));
    }

    @Test
    void unknownOptionBesideTheUri() {
        refused(
                "test.yaml:7:13: unknown option 'blokWhenFull' of seda: did you mean blockWhenFull\\?",
                route("- to:", "    uri: seda:b", "    parameters:", "      blokWhenFull: true"));
    }

    @Test
    void optionsAtBothPlaces() {
        refused(
                "test.yaml:5:11: options stand in the uri and as parameters: write all of them as parameters",
                route("- to:", "    uri: seda:b?timeout=5000", "    parameters:", "      blockWhenFull: true"));
    }

    @Test
    void valuesOfTheWrongKind() {
        refused(
                "test.yaml:7:13: option 'size' of seda is 'many': expected a whole number\n"
                        + "test.yaml:8:13: option 'blockWhenFull' of seda is 'maybe': expected true or false",
                route(
                        "- to:",
                        "    uri: seda:b",
                        "    parameters:",
                        "      size: '{{size}}'",
                        "      blockWhenFull: maybe"));
    }

    @Test
    void requiredPartThatIsMissing() {
        refused(
                "test.yaml:2:5: the uri and its parameters make no endpoint: a required part is missing",
                "- from:",
                "    uri: timer",
                "    parameters: {period: 1000}",
                "    steps: [{to: 'log:b'}]");
    }

    @Test
    void placeholderWithoutValue() {
        refused(
                "test.yaml:6:31: missing placeholder \\{\\{nowhere}}: set property.nowhere in the configuration"
                        + " io.qanat.routes",
                route("- to:", "    uri: seda:b", "    parameters: {size: '{{nowhere}}'}"));
    }

    @Test
    void environmentVariableThatIsNotAllowed() {
        refused(
                "test.yaml:4:14: missing placeholder \\{\\{env:HOME}}: set this environment variable, and name it in"
                        + " environment of the configuration io.qanat.routes",
                route("- to: '{{env:HOME}}'"));
    }

    @Test
    void simpleExpressionInEachOfItsForms() {
        refused(
                "test.yaml:4:35: wrong simple expression: Unknown function: bdy\n"
                        + "test.yaml:6:48: wrong simple expression: Unknown function: bdy\n"
                        + "test.yaml:7:36: wrong simple expression: Unknown function: bdy\n"
                        + "test.yaml:8:21: wrong simple expression: Unknown function: bdy",
                route(
                        "- setBody: {simple: 'read ${bdy}'}",
                        "- setBody:",
                        "    expression: {simple: {expression: '${bdy}'}}",
                        "- setBody: {simple: \"\\u0061${bdy}\"}",
                        "- log: 'now ${bdy}'"));
    }

    @Test
    void beanThatDoesNotExist() {
        refused("test.yaml:4:16: the bean 'sinc' does not exist: did you mean sink\\?", route("- bean: {ref: sinc}"));
    }

    @Test
    void directEndpointFromWhichNobodyReceives() {
        refused("test.yaml:4:9: no route receives from direct:bb: did you mean direct:b\\?", route("- to: direct:bb"));
    }

    @Test
    void routeIdGivenTwice() {
        refused(
                "test.yaml:2:11: the route id 'b' is taken by line 1: choose another one",
                "- route: {id: b, from: {uri: 'direct:b', steps: [{to: 'log:b'}]}}",
                "- route: {id: b, from: {uri: 'direct:c', steps: [{to: 'log:b'}]}}");
    }

    private static String route(String... steps) {
        return "- from:\n    uri: direct:b\n    steps:\n      " + String.join("\n      ", steps);
    }

    private void refused(String pattern, String... lines) {
        assertThatThrownBy(() -> plain.routes.load("test.yaml", String.join("\n", lines)))
                .isInstanceOf(RouteException.class)
                .satisfies(e -> assertThat(e.getMessage()).matches(pattern));
    }
}
