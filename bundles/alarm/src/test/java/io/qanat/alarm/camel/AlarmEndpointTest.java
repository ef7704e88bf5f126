package io.qanat.alarm.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.alarm.RunningAlarms;
import io.qanat.alarm.Scores;
import io.qanat.alarm.command.CommandConfig;
import io.qanat.alarm.command.CommandDesk;
import io.qanat.api.Alarm;
import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Target;
import io.qanat.api.Journey;
import io.qanat.api.Outcome;
import io.qanat.store.SqliteStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlarmEndpointTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private SqliteStore store;
    private RunningAlarms alarms;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        store = SqliteStore.open(directory, Clock.systemUTC());
        alarms = new RunningAlarms(store, Clock.systemUTC());
        context.addComponent("alarm", new AlarmComponent(alarms));
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        store.close();
    }

    @Test
    void putsTheAlarmInTheBodyWhenItIsRaised() throws Exception {
        route("first", "alarm:mote-anomaly?raiseAfter=2");
        Exchange unchanged = send("first", 1, 0.9);
        assertThat(unchanged.getMessage().getHeader("after"))
                .as("the route ended at the alarm")
                .isNull();
        Exchange raised = send("first", 2, 0.9);
        assertThat(raised.getMessage().getHeader("after")).isEqualTo(true);
        assertThat(raised.getMessage().getBody(Alarm.class).state()).isEqualTo(Alarm.State.RAISED);
        assertThat(raised.getProperty(Journey.PROPERTY, Journey.class)
                        .settlement()
                        .orElseThrow()
                        .outcome())
                .isEqualTo(Outcome.ALARMED);
    }

    @Test
    void tellsTheSeverityWithTheAlarm() throws Exception {
        route("first", "alarm:mote-anomaly?raiseAfter=1&severity=800");

        Exchange raised = send("first", 1, 0.9);

        assertThat(raised.getMessage().getHeader("QanatSeverity")).isEqualTo(800);
        assertThatThrownBy(() -> route("second", "alarm:mote-anomaly?severity=1001"))
                .rootCause()
                .hasMessageContaining("severity is 1001");
    }

    @Test
    void usesItsLevelsInsteadOfTheModels() throws Exception {
        route("first", "alarm:mote-anomaly?raiseAbove=0.95&clearBelow=0.9&raiseAfter=1&clearAfter=1");
        assertThat(send("first", 1, 0.94).getMessage().getBody()).isNotInstanceOf(Alarm.class);
        assertThat(send("first", 2, 0.96).getMessage().getBody(Alarm.class).threshold())
                .isEqualTo(0.95);
        assertThat(send("first", 3, 0.89).getMessage().getBody(Alarm.class).state())
                .isEqualTo(Alarm.State.CLEARED);
    }

    @Test
    void stepsOfOneNameShareTheirAlarms() throws Exception {
        route("first", "alarm:mote-anomaly");
        route("second", "alarm:mote-anomaly");
        send("first", 1, 0.9);
        assertThat(send("second", 2, 0.9).getMessage().getBody()).isInstanceOf(Alarm.class);
    }

    @Test
    void saysNothingMoreOfAlarmsThatNoRouteUses() throws Exception {
        route("first", "alarm:mote-anomaly");
        assertThat(alarms.status()).hasSize(1);
        context.getRouteController().stopRoute("first");
        assertThat(alarms.status()).isEmpty();
    }

    @Test
    void saysWhichAlarmHasAWrongOption() {
        assertThatThrownBy(() -> route("first", "alarm:mote-anomaly?raiseAbove=NaN"))
                .hasStackTraceContaining("alarm:mote-anomaly: raiseAbove is NaN: it must be a finite number");
        assertThatThrownBy(() -> route("second", "alarm:mote-anomaly?clearAfter=0"))
                .hasStackTraceContaining("alarm:mote-anomaly: clearAfter is 0: it must be at least 1 window");
        assertThat(alarms.status()).isEmpty();
    }

    @Test
    void saysWhatAStrayMessageLacks() throws Exception {
        route("first", "alarm:mote-anomaly");
        Exchange stray = context.createProducerTemplate()
                .send("direct:first", exchange -> exchange.getMessage().setBody("text"));
        assertThat(stray.getException()).hasMessageContaining("alarm:mote-anomaly got an exchange without a journey");
    }

    @Test
    void aConditionOfTheRouteSuppressesTheAlarm() throws Exception {
        route("first", "alarm:mote-anomaly?raiseAfter=1&suppressedWhen=${header.maintenance} == 'true'");

        assertThat(send("first", 1, 0.9, Map.of("maintenance", "true"))
                        .getMessage()
                        .getBody())
                .isNotInstanceOf(Alarm.class);
        assertThat(send("first", 2, 0.9, Map.of("QanatSuppressed", true))
                        .getMessage()
                        .getBody())
                .isNotInstanceOf(Alarm.class);
        assertThat(send("first", 3, 0.9).getMessage().getBody()).isInstanceOf(Alarm.class);
    }

    @Test
    void startsARouteWithWhatPersonsChange() throws Exception {
        route("first", "alarm:mote-anomaly?raiseAfter=1&severity=800");
        List<Exchange> taken = new CopyOnWriteArrayList<>();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("alarm:mote-anomaly").routeId("changes").process(exchange -> taken.add(exchange.copy()));
            }
        });
        send("first", 1, 0.9);

        Target target = new Target("mote-anomaly", "mote-1", Optional.empty());
        alarms.execute(new Command(Kind.ACKNOWLEDGE, target, "anna", "", Optional.empty()))
                .get();

        assertThat(taken).singleElement().satisfies(exchange -> {
            assertThat(exchange.getMessage().getBody(Alarm.class).eventId()).endsWith("/updated/c1");
            assertThat(exchange.getMessage().getHeader("QanatSeverity")).isEqualTo(800);
            assertThat(exchange.getProperty(Journey.PROPERTY)).isInstanceOf(Journey.class);
        });
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("alarm:mote-anomaly?raiseAfter=3").routeId("again").to("log:again");
                    }
                }))
                .hasStackTraceContaining("alarm:mote-anomaly starts a route already");
    }

    @Test
    void answersASignedCommandInTheBody(@TempDir Path operators) throws Exception {
        String secret = "0123456789abcdef0123456789abcdef";
        Files.writeString(operators.resolve("anna.secret"), secret);
        Files.writeString(operators.resolve("anna.properties"), "commands=acknowledge\nalarms=*");
        CommandConfig config = new CommandConfig(Optional.of(operators), "", Duration.ofMinutes(5));
        try (CommandDesk desk = new CommandDesk(config, alarms, store, Clock.systemUTC())) {
            context.addComponent("alarm-command", new AlarmCommandComponent(desk));
            route("first", "alarm:mote-anomaly?raiseAfter=1");
            send("first", 1, 0.9);

            String answer =
                    context.createProducerTemplate().requestBody("alarm-command:execute", token(secret), String.class);

            assertThat(answer).contains("\"result\":\"done\"", "\"jti\":\"7\"");
            assertThat(alarms.list()).singleElement().satisfies(listed -> assertThat(
                            listed.alarm().orElseThrow().condition().acknowledged())
                    .isPresent());
        }
    }

    private static String token(String secret) throws Exception {
        JwtClaims claims = new JwtClaims();
        claims.setSubject("anna");
        claims.setJwtId("7");
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(1);
        claims.setStringClaim("cmd", "acknowledge");
        claims.setStringClaim("name", "mote-anomaly");
        claims.setStringClaim("asset", "mote-1");
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
        token.setAlgorithmHeaderValue("HS256");
        return token.getCompactSerialization();
    }

    private void route(String id, String alarm) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + id).routeId(id).to(alarm).setHeader("after", constant(true));
            }
        });
    }

    private Exchange send(String route, int second, double score) {
        return send(route, second, score, Map.of());
    }

    private Exchange send(String route, int second, double score, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:" + route, exchange -> {
            exchange.getMessage().setHeaders(new HashMap<>(headers));
            exchange.getMessage().setBody(Scores.score("mote-1", second, score));
            exchange.setProperty(Journey.PROPERTY, Scores.journey(second, false));
        });
    }
}
