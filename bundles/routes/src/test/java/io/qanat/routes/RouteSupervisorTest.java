package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.RouteException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteSupervisorTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final PlainRoutes plain = new PlainRoutes(Map.of());
    private final AtomicLong nanos = new AtomicLong();
    private final RouteSupervisor supervisor = new RouteSupervisor(plain.context, plain, plain.routes, nanos::get);

    @BeforeEach
    void aRouteRuns() throws RouteException {
        plain.load("<routes><route id='in'><from uri='probe:in'/><bean ref='sink'/></route></routes>");
    }

    @AfterEach
    void stop() {
        supervisor.close();
        plain.close();
    }

    @Test
    void leavesARunningRouteAlone() {
        supervisor.look();

        assertThat(plain.events).containsExactly("start in");
    }

    @Test
    void startsARouteAgainWhoseConsumerDied() {
        plain.context.getRoute("in").getConsumer().stop();

        supervisor.look();

        assertThat(plain.events).containsExactly("start in", "stop in", "start in");
    }

    @Test
    void triesLessAndLessOftenAndSaysWhy() {
        plain.broken.add("in");
        plain.context.getRoute("in").getConsumer().stop();
        supervisor.look();
        assertThat(plain.fact("failed.in")).isEqualTo("the broker refused");
        plain.broken.clear();

        supervisor.look();
        assertThat(plain.events).doesNotContainSequence("stop in", "start in");
        nanos.addAndGet(SECOND);
        supervisor.look();

        assertThat(plain.fact("route.in")).isEqualTo("Started");
        assertThat(plain.routes.status().get(0).facts()).doesNotContainKey("failed.in");
    }

    @Test
    void tellsThatTheFlowHasStopped() {
        SteppedClock clock = new SteppedClock();
        RouteFigures figures = new RouteFigures(clock);
        for (int i = 0; i < 50; i++) {
            clock.now = clock.now.plusSeconds(3);
            figures.onExchangeBegin(plain.context.getRoute("in"), new DefaultExchange(plain.context));
        }
        assertThat(figures.stalled()).isEmpty();
        clock.now = clock.now.plusSeconds(59);
        assertThat(figures.stalled()).isEmpty();

        clock.now = clock.now.plusSeconds(10);

        assertThat(figures.stalled()).startsWith("no message for PT1M9S, usually one each PT2.9");
    }

    @Test
    void countsWhatWentThroughWithoutWhatItHeld() throws Exception {
        plain.context.getRegistry().bind("failing", PlainRoutes.failing(new java.util.ArrayList<>()));
        plain.load("<routes><route id='a'><from uri='direct:a'/><filter><simple>${body} == 'bad'</simple>"
                + "<bean ref='failing'/></filter></route></routes>");
        plain.send("direct:a", "good");
        plain.send("direct:a", "bad");

        assertThat(plain.routes.routes().get(0)).satisfies(route -> {
            assertThat(route.done()).isEqualTo(1);
            assertThat(route.failed()).isEqualTo(1);
            assertThat(route.inFlight()).isZero();
            assertThat(route.lastFailure()).isEqualTo("IllegalStateException");
            assertThat(route.lastMessage()).isPresent();
        });
    }

    private static final class SteppedClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
