package io.qanat.routes.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and what is not, when a text is loaded. */
class PrivacyCheckTest {
    private static final String WEB = "http://{{web}}/hook";
    private final Plant plant = new Plant(Optional.empty(), Optional.empty());

    @AfterEach
    void stop() {
        plant.close();
    }

    @Test
    void saysWhereAndOnWhichWayReadingsCouldLeave() {
        assertThat(plant.refusal(
                        "<routes>",
                        "  <route>",
                        "    <from uri='qanat-mqtt:plant'/>",
                        "    <to uri='window:mote'/>",
                        "    <toD uri='http:{{web}}/${header.QanatAsset}?password=x'/>",
                        "  </route>",
                        "</routes>"))
                .startsWith("test.xml:5: raw readings could leave the gateway: qanat-mqtt:plant (line 3) ->"
                        + " window:mote (line 4) -> toD http:localhost:")
                .contains("(line 5), which may be sent alarms only: put the steps before it")
                .doesNotContain("password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<to uri='http:{{web}}'/>",
                "<to uri='kafka:readings'/>",
                "<to uri='nobody-knows:this'/>",
                "<to uri='window:mote'/><to uri='http:{{web}}'/>",
                "<to uri='window:mote'/><to uri='onnx:detector'/><to uri='http:{{web}}'/>",
                "<wireTap uri='http:{{web}}'/><stop/>",
                "<multicast><to uri='window:mote'/><to uri='http:{{web}}'/></multicast>",
                "<recipientList><constant>window:mote,http:{{web}}</constant></recipientList>",
                "<routingSlip><constant>window:mote,http:{{web}}</constant></routingSlip>",
                "<loadBalance><failoverLoadBalancer/><to uri='http:{{web}}'/></loadBalance>",
                "<split><simple>${body}</simple><to uri='http:{{web}}'/></split>",
                "<loop><constant>2</constant><to uri='http:{{web}}'/><to uri='alarm:a'/></loop>",
                "<filter><simple>${body} != null</simple><to uri='http:{{web}}'/></filter>",
                "<choice><when><simple>${body} != null</simple><to uri='http:{{web}}'/></when></choice>",
                "<choice><when><simple>false</simple><to uri='alarm:a'/></when>"
                        + "<otherwise><to uri='http:{{web}}'/></otherwise></choice>",
                "<enrich><constant>http:{{web}}</constant></enrich>",
                "<pollEnrich><simple>file:in?fileName=${body}</simple></pollEnrich>",
                "<doTry><to uri='onnx:detector'/><doCatch><exception>java.lang.Exception</exception>"
                        + "<to uri='http:{{web}}'/></doCatch></doTry>",
                "<doTry><to uri='onnx:detector'/><doFinally><to uri='http:{{web}}'/></doFinally></doTry>",
                "<aggregate aggregationStrategy='all' completionSize='2'><correlationExpression><constant>1</constant>"
                        + "</correlationExpression><to uri='http:{{web}}'/></aggregate>",
                "<setBody><constant>x</constant></setBody><setBody><exchangeProperty>QanatJourney</exchangeProperty>"
                        + "</setBody><to uri='http:{{web}}'/>",
                "<setBody><simple>${exchangeProperty.QanatJourney.reading}</simple></setBody><to uri='http:{{web}}'/>",
                "<setBody><simple>${exchange}</simple></setBody><to uri='http:{{web}}'/>",
                "<setBody><simple>${bean:any}</simple></setBody><to uri='http:{{web}}'/>",
                "<setBody><method ref='any'/></setBody><to uri='http:{{web}}'/>",
                "<setBody><groovy>exchange.properties</groovy></setBody><to uri='http:{{web}}'/>",
                "<setBody><constant>x</constant></setBody><bean ref='any'/><to uri='http:{{web}}'/>",
                "<setBody><constant>x</constant></setBody><process ref='any'/><to uri='http:{{web}}'/>",
                "<setBody><constant>x</constant></setBody><script><simple>x</simple></script><to uri='http:{{web}}'/>",
                "<setProperty name='p'><simple>${body}</simple></setProperty><setBody><constant>x</constant></setBody>"
                        + "<setBody><exchangeProperty>p</exchangeProperty></setBody><to uri='http:{{web}}'/>",
                "<setVariable name='v'><simple>${body}</simple></setVariable><setBody><variable>v</variable></setBody>"
                        + "<to uri='http:{{web}}'/>",
                "<setVariable name='v'><simple>${body}</simple></setVariable><setBody><constant>x</constant></setBody>"
                        + "<removeHeaders pattern='*'/><to uri='http:{{web}}' variableSend='v'/>",
                "<claimCheck operation='Push'/><setBody><constant>x</constant></setBody><claimCheck operation='Pop'/>"
                        + "<to uri='http:{{web}}'/>",
                "<setHeader name='x'><simple>${body}</simple></setHeader><to uri='alarm:a'/><to uri='http:{{web}}'/>",
                "<setHeaders><setHeader name='x'><simple>${body}</simple></setHeader></setHeaders><to uri='alarm:a'/>"
                        + "<to uri='http:{{web}}'/>",
                "<setHeader name='a'><simple>${body}</simple></setHeader><to uri='alarm:a'/><removeHeaders pattern='*'"
                        + " excludePattern='.*'/><to uri='http:{{web}}'/>",
                "<to uri='alarm:a'/><to uri='http:{{web}}'/>",
                "<removeHeaders pattern='*'/><setProperty name='p'><simple>${body}</simple></setProperty>"
                        + "<to uri='alarm:a'/><toD uri='http:{{web}}/${exchangeProperty.p}'/>",
                "<to uri='file:target/out'/>",
                "<to uri='log:x'/>",
                "<setBody><constant>x</constant></setBody><to uri='log:x?showAll=true'/>",
                "<log message='${body}'/>",
                "<log message='${exception.message}'/>",
                "<bean beanType='java.lang.String'/>"
            })
    void refusesEachWayOut(String steps) {
        assertThat(plant.refusal("<routes><route><from uri='qanat-mqtt:plant'/>" + steps + "</route></routes>"))
                .contains("could leave the gateway: qanat-mqtt:plant (line 1) -> ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<onException><exception>java.lang.Exception</exception><to uri='http:{{web}}'/></onException>",
                "<onCompletion><to uri='http:{{web}}'/></onCompletion>",
                "<intercept><to uri='http:{{web}}'/></intercept>",
                "<interceptFrom><to uri='http:{{web}}'/></interceptFrom>",
                "<interceptSendToEndpoint uri='onnx:*'><to uri='http:{{web}}'/></interceptSendToEndpoint>"
            })
    void refusesWhatStandsBesideTheRoute(String aside) {
        assertThat(plant.refusal("<routes><route><from uri='qanat-mqtt:plant'/>" + aside
                        + "<to uri='onnx:detector'/></route></routes>"))
                .contains("raw readings could leave the gateway");
    }

    @Test
    void refusesADeadLetterChannelOffTheGateway() {
        assertThat(plant.refusal("<routes><route><errorHandler><deadLetterChannel deadLetterUri='http:{{web}}'/>"
                        + "</errorHandler><from uri='qanat-mqtt:plant'/><to uri='onnx:detector'/></route></routes>"))
                .contains("dead letter channel to http:");
    }

    @Test
    void refusesTracing() {
        assertThat(plant.refusal("<routes><route trace='true'><from uri='qanat-mqtt:plant'/>"
                        + "<to uri='onnx:detector'/></route></routes>"))
                .contains("tracing to log:");
    }

    @Test
    void followsAReadingThroughTheRoutesOfOneText() {
        assertThat(plant.refusal(
                        "<routes><route><from uri='qanat-mqtt:plant'/><to uri='direct:b'/></route>",
                        "<route><from uri='direct:b'/><to uri='seda:c'/></route>",
                        "<route><from uri='seda:c'/><to uri='http:{{web}}'/></route></routes>"))
                .contains("test.xml:3: raw readings could leave the gateway: qanat-mqtt:plant (line 1) -> direct:b"
                        + " (line 1) -> seda:c (line 2) -> http:");
    }

    @Test
    void followsAReadingToARouteThatAlreadyRuns() throws Exception {
        plant.load("cloud.xml", "<routes><route><from uri='direct:cloud'/><to uri='http:{{web}}'/></route></routes>");

        assertThat(plant.refusal(
                        "<routes>\n<route><from uri='qanat-mqtt:plant'/>\n<to uri='direct:cloud'/></route></routes>"))
                .startsWith(
                        "test.xml:3: raw readings could leave the gateway: qanat-mqtt:plant (line 2) -> direct:cloud"
                                + " (line 3) -> http:")
                .contains("(cloud.xml line 1)");
    }

    @Test
    void followsAReadingFromARouteThatAlreadyRuns() throws Exception {
        plant.load("plant.xml", "<routes><route><from uri='qanat-mqtt:plant'/><to uri='seda:cloud'/></route></routes>");

        assertThat(plant.refusal("<routes><route><from uri='seda:cloud'/><to uri='http:{{web}}'/></route></routes>"))
                .contains("qanat-mqtt:plant (plant.xml line 1) -> seda:cloud (plant.xml line 1) -> http:");
    }

    @Test
    void takesWhatASubrouteGivesBackForWhatItIs() throws Exception {
        plant.load(
                "test.xml",
                "<routes><route><from uri='qanat-mqtt:plant'/><to uri='direct:detect'/><removeHeaders pattern='*'/>",
                "<to uri='http:{{web}}'/></route><route><from uri='direct:detect'/><to uri='window:w'/>",
                "<to uri='onnx:detector'/><to uri='alarm:a'/></route></routes>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<to uri='window:w'/><to uri='onnx:d'/><to uri='alarm:a'/><removeHeaders pattern='*'/><to uri='http:{{web}}'/>",
                "<to uri='window:w'/><to uri='onnx:d'/><log message='score ${body}'/><to uri='log:scores'/>",
                "<log message='a reading of ${header.QanatAsset} came at ${date:now:HH:mm}'/>",
                "<setBody><simple>a reading of ${header.QanatAsset} came</simple></setBody><removeHeaders pattern='*'/>"
                        + "<to uri='http:{{web}}'/>",
                "<wireTap uri='direct:nobody'/><to uri='onnx:d'/>",
                "<setHeader name='Authorization'><method ref='secrets'/></setHeader><to uri='onnx:d'/>",
                "<choice><when><simple>${body} == null</simple><stop/></when><otherwise><to uri='alarm:a'/>"
                        + "<removeHeaders pattern='*'/></otherwise></choice><to uri='http:{{web}}'/>"
            })
    void letsWhatMayLeave(String steps) throws Exception {
        plant.context.getRegistry().bind("secrets", new Object());
        String text = "<routes><route><from uri='qanat-mqtt:plant'/>" + steps + "</route></routes>";
        var routes = new org.apache.camel.xml.in.ModelParser(new java.io.StringReader(text), "")
                .parseRoutesDefinition()
                .orElseThrow()
                .getRoutes();

        PrivacyGuard.check("test.xml", routes, plant.context);
    }

    @Test
    void letsForwardersSendWhatIsStored() throws Exception {
        var text = java.nio.file.Files.readString(java.nio.file.Path.of("../../routes/readings-to-alarms.xml"));
        plant.context.getPropertiesComponent().addOverrideProperty("mqtt.url", "tcp://localhost:1");
        plant.context.getPropertiesComponent().addOverrideProperty("mqtt.user", "u");
        plant.context.getPropertiesComponent().addOverrideProperty("mqtt.password", "p");
        plant.context.getPropertiesComponent().addOverrideProperty("webhook.url", WEB);
        var routes = new org.apache.camel.xml.in.ModelParser(new java.io.StringReader(text), "")
                .parseRoutesDefinition()
                .orElseThrow()
                .getRoutes();

        PrivacyGuard.check("readings-to-alarms.xml", routes, plant.context);
    }
}
