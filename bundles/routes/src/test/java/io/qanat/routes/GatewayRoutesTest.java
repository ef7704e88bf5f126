package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayRoutesTest {
    private static final String SINK = "<bean ref='sink'/>";

    private final PlainRoutes plain = new PlainRoutes(Map.of("in", "direct:a"));

    @AfterEach
    void stop() {
        plain.close();
    }

    @Test
    void runsTheRoutesOfAText() throws RouteException {
        assertThat(plain.load(routes(route("a", "direct:a", SINK)))).containsExactly("a");

        plain.send("direct:a", "one");

        assertThat(plain.bodies).containsExactly("one");
    }

    @Test
    void putsValuesInPlaceOfPlaceholders() throws RouteException {
        plain.load(routes(route("a", "{{in}}", SINK)));

        plain.send("direct:a", "one");

        assertThat(plain.bodies).containsExactly("one");
    }

    @Test
    void removesTheRoutesThatTheTextNoLongerHas() throws RouteException {
        plain.load(routes(route("a", "direct:a", SINK), route("b", "direct:b", SINK)));

        plain.load(routes(route("a", "direct:a", "<setBody><constant>new</constant></setBody>" + SINK)));
        plain.send("direct:a", "old");

        assertThat(plain.bodies).containsExactly("new");
        assertThat(plain.context.getRoutes()).hasSize(1);
    }

    @Test
    void leavesTheRoutesOfOtherTextsAlone() throws RouteException {
        plain.routes.load("other.xml", routes(route("b", "direct:b", SINK)));

        plain.load(routes(route("a", "direct:a", SINK)));
        plain.send("direct:b", "one");

        assertThat(plain.bodies).containsExactly("one");
        assertThat(plain.fact("text")).isEqualTo("other.xml, test.xml");
    }

    @Test
    void startsForwardersFirstAndStopsThemLast() throws RouteException {
        String text = routes(route("in", "probe:in", SINK), route("out", "outbox:out", SINK));

        plain.load(text);
        plain.load(text);

        assertThat(plain.events)
                .containsExactly("start out", "start in", "stop in", "stop out", "start out", "start in");
    }

    @Test
    void restartsTheOldRoutesWhenANewOneDoesNotStart() throws RouteException {
        plain.load(routes(route("a", "direct:a", SINK), route("in", "probe:in", SINK)));

        assertThatThrownBy(() -> plain.load(
                        "<routes>",
                        route("a", "direct:a", "<stop/>"),
                        "  " + route("new", "probe:broken", SINK),
                        "</routes>"))
                .isInstanceOf(RouteException.class)
                .hasMessage("test.xml:3:3: the route 'new' does not start: the broker refused");
        plain.send("direct:a", "one");

        assertThat(plain.bodies).containsExactly("one");
        assertThat(plain.events).containsExactly("start in", "stop in", "stop broken", "start in");
        assertThat(plain.context.getRoutes()).extracting("id").containsExactlyInAnyOrder("a", "in");
        assertThat(plain.fact("route.in")).isEqualTo("Started");
    }

    @Test
    void restartsTheOldRoutesWhenANewOneCannotBeBuilt() throws RouteException {
        plain.load(routes(route("a", "direct:a", SINK)));

        assertThatThrownBy(() -> plain.load(routes(route("a", "direct:a", "<loadBalance/>"))))
                .isInstanceOf(RouteException.class)
                .hasMessageStartingWith("test.xml:1:9: the route 'a' does not start: ");
        plain.send("direct:a", "one");

        assertThat(plain.bodies).containsExactly("one");
    }

    @Test
    void loadsACorrectedTextAfterAFailedOne() throws RouteException {
        assertThatThrownBy(() -> plain.load(routes(route("in", "probe:broken", SINK))))
                .isInstanceOf(RouteException.class);

        plain.load(routes(route("in", "direct:a", SINK)));
        plain.send("direct:a", "one");

        assertThat(plain.bodies).containsExactly("one");
    }

    @Test
    void leavesARouteStoppedThatShallNotStartByItself() throws RouteException {
        plain.load(
                "<routes><route id='a' autoStartup='false'><from uri='direct:a'/><bean ref='sink'/></route></routes>");

        assertThat(plain.fact("route.a")).isEqualTo("Stopped");
    }

    @Test
    void triesAFailedStepTwiceAgain() throws RouteException {
        List<String> attempts = new CopyOnWriteArrayList<>();
        plain.context.getRegistry().bind("failing", PlainRoutes.failing(attempts));
        plain.load(routes(route("a", "direct:a", "<bean ref='failing'/>")));

        plain.send("direct:a", "one");

        assertThat(attempts).hasSize(3);
    }

    @Test
    void leavesTryingAgainToTheOutbox() throws Exception {
        List<String> attempts = new CopyOnWriteArrayList<>();
        plain.context.getRegistry().bind("failing", PlainRoutes.failing(attempts));
        plain.load(routes(route("out", "outbox:out", "<bean ref='failing'/>")));
        Exchange message = new DefaultExchange(plain.context);

        plain.context.getRoute("out").getConsumer().getProcessor().process(message);

        assertThat(message.getException()).isNotNull();
        assertThat(attempts).hasSize(1);
    }

    @Test
    void tellsHowManyRoutesRun() throws RouteException {
        plain.load(routes(route("a", "direct:a", SINK), route("b", "direct:b", SINK)));

        assertThat(plain.routes.status().get(0).count("routes")).isEqualTo(2);
        assertThat(plain.routes.status().get(0).count("started")).isEqualTo(2);
    }

    @Test
    void loadsAConfiguredFileOnceItsComponentsAreThere(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("late.xml"), routes(route("in", "probe:in", SINK)));
        plain.missing.add("probe");

        try (RouteFiles files = new RouteFiles(List.of(file), plain.routes, Duration.ofMillis(1))) {
            files.start();
            assertThat(plain.context.getRoutes()).isEmpty();
            plain.missing.clear();
            await().untilAsserted(() -> assertThat(plain.events).containsExactly("start in"));
        }
    }

    @Test
    void goesOnWithTheNextFileAfterAWrongOne(@TempDir Path directory) throws IOException {
        Path wrong = Files.writeString(directory.resolve("wrong.xml"), "<routes>");
        Path good = Files.writeString(directory.resolve("good.xml"), routes(route("in", "probe:in", SINK)));
        List<Path> all = List.of(directory.resolve("absent.xml"), wrong, good);

        try (RouteFiles files = new RouteFiles(all, plain.routes, Duration.ofMillis(1))) {
            files.start();
            await().untilAsserted(() -> assertThat(plain.events).containsExactly("start in"));
        }
        assertThat(plain.fact("refused.absent.xml")).contains("cannot be read");
        assertThat(plain.fact("refused.wrong.xml")).startsWith("wrong.xml:1:");
    }

    @Test
    void tellsWhyATextIsRefusedUntilItIsCorrected() throws RouteException {
        assertThatThrownBy(() -> plain.load(routes(route("in", "probe:broken", SINK))))
                .isInstanceOf(RouteException.class);
        assertThat(plain.fact("refused.test.xml")).contains("the broker refused");

        plain.load(routes(route("in", "direct:a", SINK)));

        assertThat(plain.routes.status().get(0).facts()).doesNotContainKey("refused.test.xml");
    }

    @Test
    void takesPlaceholdersAndFilesFromTheConfiguration() {
        Map<String, Object> configuration =
                Map.of("property.mqtt.url", "tcp://plant:1883", "files", new String[] {"a.xml", "b.xml"});

        assertThat(ConfiguredRoutes.placeholders(configuration)).isEqualTo(Map.of("mqtt.url", "tcp://plant:1883"));
        assertThat(ConfiguredRoutes.paths(configuration.get("files")))
                .containsExactly(Path.of("a.xml"), Path.of("b.xml"));
        assertThat(ConfiguredRoutes.paths("a.xml")).containsExactly(Path.of("a.xml"));
        assertThat(ConfiguredRoutes.paths(null)).isEmpty();
    }

    private static String routes(String... routes) {
        return "<routes>" + String.join("", routes) + "</routes>";
    }

    private static String route(String id, String from, String steps) {
        return "<route id='" + id + "'><from uri='" + from + "'/>" + steps + "</route>";
    }
}
