package io.qanat.routes.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutesDefinition;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.xml.in.ModelParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routes that try to get readings off the gateway, past the check of texts: they are added to the context as they are. A
 * real web server, the files and what the process writes to its log are looked through for the readings' values.
 */
class RedTeamTest {
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;
    private Plant plant = new Plant(Optional.empty(), Optional.empty());

    @TempDir
    private Path folder;

    @BeforeEach
    void captureTheLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        plant.close();
        System.setErr(standardError);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<to uri='http:{{web}}'/>",
                "<convertBodyTo type='java.lang.String'/><to uri='http:{{web}}'/>",
                "<setBody><simple>${body.measurements[0].value}</simple></setBody><to uri='http:{{web}}'/>",
                "<setHeader name='to'><constant>http:{{web}}</constant></setHeader><toD uri='${header.to}'/>",
                "<setHeader name='to'><constant>http:{{web}}</constant></setHeader><toD uri='${header.to}' cacheSize='-1'/>",
                "<setHeader name='b'><simple>${body}</simple></setHeader><setBody><constant>x</constant></setBody>"
                        + "<toD uri='http:{{web}}/${header.b}'/>",
                "<setHeader name='to'><constant>http:{{web}}</constant></setHeader>"
                        + "<recipientList><header>to</header></recipientList>",
                "<setHeader name='to'><constant>http:{{web}}</constant></setHeader><routingSlip><header>to</header></routingSlip>",
                "<dynamicRouter><method ref='router'/></dynamicRouter>",
                "<multicast><to uri='window:w'/><to uri='http:{{web}}'/></multicast>",
                "<multicast parallelProcessing='true'><to uri='http:{{web}}'/></multicast>",
                "<loadBalance><roundRobinLoadBalancer/><to uri='http:{{web}}'/></loadBalance>",
                "<enrich><constant>http:{{web}}</constant></enrich>",
                "<split><simple>${body.measurements}</simple><to uri='http:{{web}}'/></split>",
                "<split aggregationStrategy='joining'><simple>${body.measurements}</simple><to uri='alarm:a'/></split>"
                        + "<to uri='http:{{web}}'/>",
                "<aggregate aggregationStrategy='joining' completionSize='1'><correlationExpression><constant>1</constant>"
                        + "</correlationExpression><to uri='http:{{web}}'/></aggregate>",
                "<setBody><exchangeProperty>QanatJourney</exchangeProperty></setBody><convertBodyTo type='String'/>"
                        + "<to uri='http:{{web}}'/>",
                "<setBody><simple>${exchangeProperty.QanatJourney.reading}</simple></setBody><to uri='http:{{web}}'/>",
                "<setHeader name='h'><simple>${body}</simple></setHeader><to uri='alarm:a'/><to uri='http:{{web}}'/>",
                "<to uri='alarm:a'/><to uri='http:{{web}}'/>",
                "<setVariable name='v'><simple>${body}</simple></setVariable><removeHeaders pattern='*'/>"
                        + "<setBody><constant>x</constant></setBody><to uri='http:{{web}}' variableSend='v'/>",
                "<setBody><simple>${body}</simple></setBody><removeHeaders pattern='*'/>"
                        + "<to uri='alarm:a' variableReceive='v'/><to uri='http:{{web}}'/>",
                "<claimCheck operation='Push'/><to uri='alarm:a'/><removeHeaders pattern='*'/><claimCheck operation='Pop'/>"
                        + "<to uri='http:{{web}}'/>",
                "<removeHeaders pattern='*'/><to uri='alarm:a'/><bean ref='thief'/><to uri='http:{{web}}'/>",
                "<removeHeaders pattern='*'/><to uri='alarm:a'/><process ref='thief'/><to uri='http:{{web}}'/>",
                "<bean ref='template'/>",
                "<setProperty name='QanatDataClass'><constant>NONE</constant></setProperty><to uri='http:{{web}}'/>",
                "<removeProperties pattern='*'/><convertBodyTo type='String'/><to uri='http:{{web}}'/>",
                "<doTry><throwException exceptionType='java.io.IOException' message='x'/><doCatch>"
                        + "<exception>java.io.IOException</exception><to uri='http:{{web}}'/></doCatch></doTry>",
                "<to uri='direct:out'/>",
                "<to uri='seda:out?waitForTaskToComplete=Always'/>",
                "<to uri='file:{{out}}'/>",
                "<to uri='file:{{out}}?fileName=${body.measurements[0].value}'/>",
                "<to uri='log:plant'/>",
                "<to uri='log:plant?showAll=true'/>",
                "<log message='${body}'/>",
                "<log message='${exchangeProperty.QanatJourney.reading}'/>"
            })
    void blocksEachWayOutWhileRoutesRun(String steps) throws Exception {
        smuggle("<route><from uri='qanat-mqtt:plant'/>" + steps + "</route>");

        plant.reading("plant");

        await().untilAsserted(() -> assertThat(plant.figure("blocked")).isPositive());
        assertThat(log.toString(StandardCharsets.UTF_8)).contains("was not sent to");
        nothingLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<onException><exception>java.lang.Exception</exception><to uri='http:{{web}}'/></onException>",
                "<onException useOriginalMessage='true'><exception>java.lang.Exception</exception><to uri='http:{{web}}'/>"
                        + "</onException>",
                "<onCompletion><to uri='http:{{web}}'/></onCompletion>",
                "<intercept><to uri='http:{{web}}'/></intercept>"
            })
    void blocksWhatStandsBesideTheRoute(String aside) throws Exception {
        smuggle("<route><from uri='qanat-mqtt:plant'/>" + aside + "<convertBodyTo type='String'/>"
                + "<throwException exceptionType='java.io.IOException' message='x'/></route>");

        plant.reading("plant");

        await().untilAsserted(() -> assertThat(plant.figure("blocked")).isPositive());
        nothingLeft();
    }

    @Test
    void blocksADeadLetterChannel() throws Exception {
        smuggle("<route><errorHandler><deadLetterChannel deadLetterUri='http:{{web}}' useOriginalMessage='true'/>"
                + "</errorHandler><from uri='qanat-mqtt:plant'/><setBody><constant>x</constant></setBody>"
                + "<throwException exceptionType='java.io.IOException' message='x'/></route>");

        plant.reading("plant");

        assertThat(plant.figure("blocked")).isPositive();
        nothingLeft();
    }

    @Test
    void blocksATap() throws Exception {
        smuggle("<route><from uri='qanat-mqtt:plant'/><wireTap uri='http:{{web}}'/><to uri='window:w'/></route>");

        plant.reading("plant");

        await().untilAsserted(() -> assertThat(plant.figure("blocked")).isPositive());
        nothingLeft();
    }

    @Test
    void blocksAMessageOfWhichNothingIsKnown() throws Exception {
        smuggle("<route><from uri='direct:in'/><to uri='http:{{web}}'/></route>");

        assertThat(plant.context
                        .createFluentProducerTemplate()
                        .to("direct:in")
                        .withBody("humidity " + Canary.HUMIDITY)
                        .send()
                        .getException())
                .isInstanceOf(DataClassException.class);
        nothingLeft();
    }

    @Test
    void countsTheReadingUnderItsReason() throws Exception {
        smuggle("<route><from uri='qanat-mqtt:plant'/><to uri='http:{{web}}'/></route>");

        plant.reading("plant");

        assertThat(plant.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(plant.reason()).isEqualTo("data-class");
        assertThat(plant.figure("blocked")).isEqualTo(1);
        assertThat(plant.guard.status().figures().keySet())
                .anyMatch(name -> name.startsWith("blocked.http:") && name.endsWith(".raw"));
    }

    @Test
    void tellsNothingOfTheMessageInTheException() {
        DefaultExchange exchange = new DefaultExchange(plant.context);
        exchange.getMessage().setBody("humidity " + Canary.HUMIDITY);

        plant.context.createProducerTemplate().send("http:localhost:1/?password=secret", exchange);

        Canary.isNotIn(String.valueOf(exchange.getException()).getBytes(StandardCharsets.UTF_8), "the exception");
        assertThat(String.valueOf(exchange.getException()))
                .doesNotContain("secret")
                .contains("http://localhost:1/");
    }

    @Test
    void letsAlarmsLeave() throws Exception {
        smuggle("<route><from uri='qanat-mqtt:plant'/><to uri='window:w'/><to uri='onnx:d'/><to uri='alarm:a'/>"
                + "<removeHeaders pattern='*'/><setBody><simple>${body.name}</simple></setBody><to uri='http:{{web}}'/>"
                + "</route>");

        plant.reading("plant");

        assertThat(new String(plant.received(), StandardCharsets.UTF_8))
                .contains("POST")
                .contains("hot");
        assertThat(plant.outcome()).isEqualTo(Outcome.NORMAL);
        nothingLeft();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<to uri='http:{{web}}'/>",
                "<toD uri='http:{{web}}/${header.QanatAsset}'/>",
                "<setHeader name='to'><constant>http:{{web}}</constant></setHeader><toD uri='${header.to}'/>",
                "<to uri='direct:out'/>",
                "<to uri='seda:out'/>",
                "<wireTap uri='http:{{web}}'/>",
                "<multicast><to uri='http:{{web}}'/></multicast>",
                "<split><tokenize token=','/><to uri='http:{{web}}'/></split>",
                "<recipientList><constant>http:{{web}}</constant></recipientList>",
                "<enrich><constant>http:{{web}}</constant></enrich>",
                "<doTry><throwException exceptionType='java.io.IOException' message='x'/><doCatch>"
                        + "<exception>java.io.IOException</exception><to uri='http:{{web}}'/></doCatch></doTry>",
                "<choice><when><simple>${body} != null</simple><to uri='http:{{web}}'/></when></choice>",
                "<bean ref='harmless'/><to uri='http:{{web}}'/>"
            })
    void letsAlarmsLeaveByEachWay(String steps) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), "beans: [{name: harmless, yields: alarm}]");
        plant.close();
        plant = new Plant(Optional.of(policy), Optional.empty());
        plant.context.getRegistry().bind("harmless", (Processor) exchange -> {});
        smuggle("<route><from uri='qanat-mqtt:plant'/><to uri='window:w'/><to uri='onnx:d'/><to uri='alarm:a'/>"
                + "<removeHeaders pattern='*'/><setBody><simple>${body.name}</simple></setBody>" + steps + "</route>");

        plant.reading("plant");

        await().untilAsserted(() -> assertThat(new String(plant.received(), StandardCharsets.UTF_8))
                .as("%s", plant.guard.status())
                .contains("POST", "hot"));
        assertThat(plant.figure("blocked")).isZero();
        nothingLeft();
    }

    @Test
    void findsCanariesWhereTheyAre() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), "endpoints:\n  - uri: \"http:{{web}}/*\"\n    accepts: raw\n");
        plant.close();
        plant = new Plant(Optional.of(policy), Optional.of(folder.resolve("audit")));

        plant.load(
                "allowed.xml",
                "<routes><route id='allowed'><from uri='qanat-mqtt:plant'/><convertBodyTo type='String'/>"
                        + "<to uri='http:{{web}}/in?httpMethod=POST'/></route></routes>");
        plant.reading("plant");
        plant.close();

        assertThat(Canary.isIn(plant.received())).isTrue();
        assertThat(Files.readString(folder.resolve("audit/audit.jsonl")))
                .contains("\"route\":\"allowed\"", "\"class\":\"raw\"", "\"outcome\":\"sent\"", "/in\"")
                .doesNotContain("httpMethod");
        Canary.isNotIn(Files.readAllBytes(folder.resolve("audit/audit.jsonl")), "the audit log");
    }

    @Test
    void doesNotLetAHeaderLeadAwayFromAnAllowedEndpoint() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy.yaml"), "endpoints:\n  - uri: \"http:localhost:1/*\"\n    accepts: raw\n");
        plant.close();
        plant = new Plant(Optional.of(policy), Optional.empty());
        smuggle(
                "<route><from uri='qanat-mqtt:plant'/><setHeader name='CamelHttpUri'><constant>http://{{web}}</constant>"
                        + "</setHeader><convertBodyTo type='String'/><to uri='http:localhost:1/'/></route>");

        plant.reading("plant");

        assertThat(plant.figure("blocked")).isEqualTo(1);
        nothingLeft();
    }

    private void smuggle(String route) throws Exception {
        plant.context
                .getPropertiesComponent()
                .addOverrideProperty("out", folder.resolve("out").toString());
        plant.context.getRegistry().bind("thief", (Processor) exchange -> exchange.getMessage()
                .setBody(String.valueOf(exchange.getProperty("QanatJourney", io.qanat.api.Journey.class)
                        .reading())));
        plant.context.getRegistry().bind("template", (Processor) exchange -> exchange.getContext()
                .createProducerTemplate()
                .sendBody(
                        exchange.getContext().resolvePropertyPlaceholders("http:{{web}}"),
                        String.valueOf(exchange.getMessage().getBody())));
        plant.context.getRegistry().bind("joining", (org.apache.camel.AggregationStrategy) (old, next) -> {
            next.getMessage()
                    .setBody(String.valueOf(next.getProperty("QanatJourney", io.qanat.api.Journey.class)
                            .reading()));
            return next;
        });
        plant.context.getRegistry().bind("router", new Router());
        String beside = "<route><from uri='direct:out'/><to uri='http:{{web}}'/></route>"
                // A seda consumer takes a second to stop.
                + (route.contains("seda:") ? "<route><from uri='seda:out'/><to uri='http:{{web}}'/></route>" : "");
        List<RouteDefinition> routes = new ModelParser(
                        new java.io.StringReader("<routes>" + route + beside + "</routes>"), "")
                .parseRoutesDefinition()
                .map(RoutesDefinition::getRoutes)
                .orElseThrow();
        plant.context.addRouteDefinitions(routes);
    }

    /** Sends once, then ends. */
    public static final class Router {
        private boolean sent;

        public @org.jspecify.annotations.Nullable String next(org.apache.camel.Exchange exchange) {
            String to = sent ? null : exchange.getContext().resolvePropertyPlaceholders("http:{{web}}");
            sent = true;
            return to;
        }
    }

    private void nothingLeft() throws IOException {
        Canary.isNotIn(plant.received(), "the web server");
        Canary.isNotIn(log.toByteArray(), "the log");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Canary.isNotIn(file.toString().getBytes(StandardCharsets.UTF_8), "a file's name");
                if (Files.isRegularFile(file)) {
                    Canary.isNotIn(Files.readAllBytes(file), file.toString());
                }
            }
        }
    }
}
