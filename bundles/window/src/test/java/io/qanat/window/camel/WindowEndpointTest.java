package io.qanat.window.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import io.qanat.api.Window;
import io.qanat.window.MemoryJournal;
import io.qanat.window.RunningWindows;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WindowEndpointTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final RunningWindows windows = new RunningWindows(new MemoryJournal());
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        context.addComponent("window", new WindowComponent(windows));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void putsTheWindowInTheBodyOnceItIsFull() throws Exception {
        route("first", "window:mote?channels=humidity&length=2");
        Exchange waiting = send("first", 0);
        assertThat(waiting.getMessage().getHeader("after"))
                .as("the route ended at the window")
                .isNull();
        assertThat(journey(waiting).settlement()).isEmpty();
        Exchange full = send("first", 1);
        assertThat(full.getMessage().getHeader("after")).isEqualTo(true);
        assertThat(full.getMessage().getBody(Window.class).values()).containsExactly(0, 1);
        assertThat(journey(full).settlement().orElseThrow().released()).containsExactly(0L, 1L);
    }

    @Test
    void endsTheExchangeOfARejectedReading() throws Exception {
        route("first", "window:mote?channels=temperature&length=1");
        Exchange rejected = send("first", 0);
        assertThat(rejected.getException()).isNull();
        assertThat(rejected.getMessage().getHeader("after")).isNull();
        assertThat(journey(rejected).settlement().orElseThrow().reason()).isEqualTo("unknown-channel");
    }

    @Test
    void stepsOfOneNameShareTheirWindows() throws Exception {
        route("first", "window:mote?channels=humidity&length=2");
        route("second", "window:mote?channels=humidity&length=2");
        send("first", 0);
        assertThat(send("second", 1).getMessage().getBody()).isInstanceOf(Window.class);
    }

    @Test
    void forgetsItsReadingsWhenTheLastStepStops() throws Exception {
        route("first", "window:mote?channels=humidity&length=2");
        send("first", 0);
        context.getRouteController().stopRoute("first");
        assertThat(windows.status()).isEmpty();
        context.getRouteController().startRoute("first");
        assertThat(send("first", 1).getMessage().getHeader("after")).isNull();
    }

    @Test
    void refusesASecondStepWithOtherOptions() throws Exception {
        route("first", "window:mote?channels=humidity&length=2");
        assertThatThrownBy(() -> route("second", "window:mote?channels=humidity&length=3"))
                .rootCause()
                .hasMessageContaining("window:mote is in use")
                .hasMessageContaining("give it another name or the same options");
    }

    @Test
    void saysWhichWindowHasAWrongOption() {
        assertThatThrownBy(() -> route("first", "window:mote?channels=humidity&length=2&stride=3"))
                .rootCause()
                .hasMessageContaining("stride is 3 with length 2");
        assertThat(windows.status()).isEmpty();
    }

    @Test
    void saysWhatAStrayMessageLacks() throws Exception {
        route("first", "window:mote?channels=humidity&length=2");
        Exchange stray = context.createFluentProducerTemplate()
                .to("direct:first")
                .withBody("text")
                .send();
        assertThat(stray.getException()).hasMessageContaining("window:mote got an exchange without a journey");
    }

    private void route(String id, String window) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + id).routeId(id).to(window).setHeader("after", constant(true));
            }
        });
    }

    private Exchange send(String route, int entry) {
        Reading reading = new Reading(
                entry,
                "plant",
                "mote-1",
                NOW.plusSeconds(entry),
                NOW,
                0,
                List.of(new Measurement("humidity", entry, "")));
        return context.createProducerTemplate().send("direct:" + route, exchange -> {
            exchange.getMessage().setBody(reading);
            exchange.setProperty(Journey.PROPERTY, new Journey(reading, false));
        });
    }

    private static Journey journey(Exchange exchange) {
        return exchange.getProperty(Journey.PROPERTY, Journey.class);
    }
}
