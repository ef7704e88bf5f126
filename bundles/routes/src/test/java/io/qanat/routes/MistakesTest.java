package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.RouteException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each mistake is shown with its place and what was expected, and what runs goes on running. */
class MistakesTest {
    private final PlainRoutes plain = new PlainRoutes(Map.of("size", "many"));

    @BeforeEach
    void aRouteRuns() throws RouteException {
        plain.load("<routes><route id='a'><from uri='direct:a'/><bean ref='sink'/></route></routes>");
    }

    @AfterEach
    void itStillRuns() {
        plain.send("direct:a", "still here");
        assertThat(plain.bodies).containsExactly("still here");
        plain.close();
    }

    @Test
    void textThatIsNoXml() {
        refused(
                "test.xml:2:\\d+: this is no well-formed XML: The end-tag .* must end with .*",
                "<routes>",
                "  <route id='b'></route x>");
    }

    @Test
    void entityThatWouldReadAFile() {
        refused(
                "test.xml:1:\\d+: this is no well-formed XML: a document type is not allowed: remove it",
                "<!DOCTYPE routes [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>",
                "<routes>&x;</routes>");
    }

    @Test
    void unknownElement() {
        refused(
                "test.xml:3:3: unknown element <wndow>: did you mean <to> with the uri window:name\\?",
                "<routes><route id='b'>",
                "  <from uri='direct:b'/>",
                "  <wndow/>",
                "</route></routes>");
    }

    @Test
    void textWithoutRoutes() {
        refused("test.xml:1:1: no route: expected <routes> with a <route> in it", "<beans/>");
    }

    @Test
    void componentWrittenAsAnElement() {
        refused(
                "test.xml:2:3: <window> is a component: write <to> with the uri window:name",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <window/></route></routes>");
    }

    @Test
    void unknownAttribute() {
        refused(
                "test.xml:2:7: unknown attribute 'urri' of <to>: did you mean uri\\?",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to urri='log:b'/></route></routes>");
    }

    @Test
    void beanMadeInTheText() {
        refused(
                "test.xml:2:3: <bean> may not stand here: a route text has routes and what holds for them \\(.*\\); beans"
                        + " are services with the property camel.bean",
                "<camel>",
                "  <bean name='x' type='java.lang.String'/>",
                "  <route id='b'><from uri='direct:b'/><to uri='log:b'/></route>",
                "</camel>");
    }

    @Test
    void elementsNestedTooDeep() {
        refused(
                "test.xml:1:\\d+: this is no well-formed XML: the elements are nested more than 100 deep: flatten them",
                "<routes>" + "<route>".repeat(101));
    }

    @Test
    void simpleExpressionWithAnUnknownFunction() {
        refused(
                "test.xml:2:31: wrong simple expression: Unknown function: bdy",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <setBody><simple>&lt;read ${bdy}</simple></setBody></route></routes>");
    }

    @Test
    void simplePredicateWithoutRightSide() {
        refused(
                "test.xml:2:\\d+: wrong simple expression: .*",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <filter><simple>${body} == </simple><to uri='log:b'/></filter></route></routes>");
    }

    @Test
    void languageThatIsNotInstalled() {
        refused(
                "test.xml:2:12: the language 'jsonpath' is not installed: install a bundle that offers it, or use one of"
                        + " \\[.*simple.*\\]",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <setBody><jsonpath>$.value</jsonpath></setBody></route></routes>");
    }

    @Test
    void beanThatDoesNotExist() {
        refused(
                "test.xml:1:51: the bean 'sinc' does not exist: did you mean sink\\?",
                "<routes><route id='b'><from uri='direct:b'/><bean ref='sinc'/></route></routes>");
    }

    @Test
    void beanThatAnOptionNamesAndThatDoesNotExist() {
        refused(
                "test.xml:1:\\d+: the bean 'queues' does not exist: it must be a service with the property"
                        + " camel.bean=queues, or a configuration such as io.qanat.camel.tls-queues",
                "<routes><route id='b'><from uri='direct:b'/><to uri='seda:b?queue=#queues'/></route></routes>");
    }

    @Test
    void methodThatTheBeanDoesNotHave() {
        refused(
                "test.xml:1:\\d+: the bean 'sink' has no method 'proces': did you mean process\\?",
                "<routes><route id='b'><from uri='direct:b'/><bean ref='sink' method='proces'/></route></routes>");
    }

    @Test
    void modelThatIsNotOnTheGateway() {
        plain.context.addComponent("onnx", new org.apache.camel.component.log.LogComponent());
        plain.models.add("mote-detector");

        refused(
                "test.xml:1:\\d+: the model 'mote-detecter' is not on the gateway: did you mean mote-detector\\?",
                "<routes><route id='b'><from uri='direct:b'/><to uri='onnx:mote-detecter?maxBatch=4'/></route></routes>");
    }

    @Test
    void directEndpointFromWhichNobodyReceives() {
        refused(
                "test.xml:2:7: no route receives from direct:scor: did you mean direct:score\\?",
                "<routes><route id='b'><from uri='timer:b'/>",
                "  <to uri='direct:scor'/></route>",
                "<route id='c'><from uri='direct:score'/><to uri='log:c'/></route></routes>");
    }

    @Test
    void routeIdOfAnotherText() {
        assertThatThrownBy(() -> plain.routes.load(
                        "other.xml", "<routes><route id='a'><from uri='direct:x'/><to uri='log:b'/></route></routes>"))
                .hasMessage(
                        "other.xml:1:16: the route id 'a' is taken by the running text test.xml: choose another one");
    }

    @Test
    void routeWithoutSource() {
        refused(
                "test.xml:2:3: the route has no source: begin it with <from>",
                "<routes>",
                "  <route id='b'><to uri='log:b'/></route>",
                "</routes>");
    }

    @Test
    void unknownComponentWithASimilarName() {
        refused(
                "test.xml:2:7: unknown component 'onx': did you mean onnx\\?",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='onx:mote'/></route></routes>");
    }

    @Test
    void unknownComponentOfNoKnownName() {
        refused(
                "test.xml:2:7: unknown component 'carrierpigeon': install a bundle that offers it, such as"
                        + " io.qanat.carrierpigeon or io.qanat.camel-carrierpigeon",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='carrierpigeon:home'/></route></routes>");
    }

    @Test
    void missingComponentOfTheGateway() {
        refused(
                "test.xml:2:7: the component 'window' is missing: start the bundle io.qanat.window and what it needs",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='window:mote'/></route></routes>");
    }

    @Test
    void connectorThatIsNotInstalled() {
        refused(
                "test.xml:2:7: the component 'kafka' is missing: it is an optional connector, install the bundle"
                        + " io.qanat.camel-kafka \\(at a desk: start with --connector kafka\\)",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='kafka:alarms'/></route></routes>");
    }

    @Test
    void connectorWhoseBundleHasAnotherName() {
        refused(
                "test.xml:2:7: the component 'milo-client' is missing: it is an optional connector, install the bundle"
                        + " io.qanat.camel-milo \\(at a desk: start with --connector milo\\)",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='milo-client:opc.tcp://plc:4840'/></route></routes>");
    }

    @Test
    void unknownOption() {
        refused(
                "test.xml:2:36: unknown option 'blokWhenFull' of seda: did you mean blockWhenFull\\?",
                "<routes><route id='b'><from uri='direct:b'/>",
                "  <to uri='seda:b?timeout=5000&amp;blokWhenFull=true'/></route></routes>");
    }

    @Test
    void numberThatIsNone() {
        refused(
                "test.xml:1:41: option 'concurrentConsumers' of seda is 'two': expected a whole number",
                "<routes><route id='b'><from uri='seda:b?concurrentConsumers=two'/><to uri='log:b'/></route></routes>");
    }

    @Test
    void valueFromAPlaceholderThatIsNoNumber() {
        refused(
                "test.xml:1:\\d+: option 'size' of seda is 'many': expected a whole number",
                "<routes><route id='b'><from uri='seda:b?size={{size}}'/><to uri='log:b'/></route></routes>");
    }

    @Test
    void booleanThatIsNone() {
        refused(
                "test.xml:1:\\d+: option 'multipleConsumers' of seda is 'maybe': expected true or false",
                "<routes><route id='b'><from uri='seda:b?multipleConsumers=maybe'/><to uri='log:b'/></route></routes>");
    }

    @Test
    void choiceThatIsNone() {
        refused(
                "test.xml:1:\\d+: option 'level' of log is 'LOUD': expected one of TRACE, DEBUG, INFO, WARN, ERROR, OFF",
                "<routes><route id='b'><from uri='direct:b'/><to uri='log:b?level=LOUD'/></route></routes>");
    }

    @Test
    void optionForSendersAtASource() {
        refused(
                "test.xml:1:\\d+: option 'timeout' of seda is for sending \\(to\\) only: remove it from this from",
                "<routes><route id='b'><from uri='seda:b?timeout=5000'/><to uri='log:b'/></route></routes>");
    }

    @Test
    void requiredPartThatIsMissing() {
        refused(
                "test.xml:1:29: timer needs 'timerName': add it to the uri",
                "<routes><route id='b'><from uri='timer:?period=5000'/><to uri='log:b'/></route></routes>");
    }

    @Test
    void optionInTheKnownPartOfADynamicUri() {
        refused(
                "test.xml:1:\\d+: unknown option 'levl' of log: did you mean level\\?",
                "<routes><route id='b'><from uri='direct:b'/>"
                        + "<toD uri='log:b?levl=INFO&amp;marker=${header.m}'/></route></routes>");
    }

    @Test
    void routeIdGivenTwice() {
        refused(
                "test.xml:3:10: the route id 'b' is taken by line 2: choose another one",
                "<routes>",
                "  <route id='b'><from uri='direct:b'/><to uri='log:b'/></route>",
                "  <route id='b'><from uri='direct:c'/><to uri='log:b'/></route>",
                "</routes>");
    }

    @Test
    void placeholderWithoutValue() {
        refused(
                "test.xml:1:\\d+: missing placeholder \\{\\{webhook.url}}: set property.webhook.url in the"
                        + " configuration io.qanat.routes",
                "<routes><route id='b'><from uri='direct:b'/><to uri='{{webhook.url}}'/></route></routes>");
    }

    @Test
    void allMistakesAreShownTogetherInTheTextsOrder() {
        assertThatThrownBy(() -> plain.load(
                        "<routes>",
                        "  <route id='b'><from uri='direct:b'/><to uri='onx:b'/></route>",
                        "  <route id='b'><from uri='timer:?period=5000'/><to uri='{{nowhere}}'/></route>",
                        "</routes>"))
                .isInstanceOf(RouteException.class)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines())
                        .hasSize(4)
                        .satisfiesExactly(
                                line -> assertThat(line).contains(":2:", "onx"),
                                line -> assertThat(line).contains(":3:", "taken by line 2"),
                                line -> assertThat(line).contains(":3:", "timerName"),
                                line -> assertThat(line).contains(":3:", "{{nowhere}}")));
    }

    private void refused(String pattern, String... lines) {
        assertThatThrownBy(() -> plain.load(lines))
                .isInstanceOf(RouteException.class)
                .satisfies(e -> assertThat(e.getMessage()).matches(pattern));
    }
}
