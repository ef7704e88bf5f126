package io.qanat.camel.plc4x;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import io.qanat.api.StageStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a Modbus device of another library, j2mod, on loopback. */
class PolledConsumerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final SimpleRegister humidity = new SimpleRegister(459);
    private final SimpleRegister temperature = new SimpleRegister(235);
    private final RunningPolls polls = new RunningPolls();
    private final Queue<Map<?, ?>> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<Object> times = new ConcurrentLinkedQueue<>();
    private final int port = freePort();
    private DefaultCamelContext context;
    private ModbusSlave slave;

    @BeforeEach
    void start() throws Exception {
        slave = slave();
        context = new DefaultCamelContext();
        context.addComponent("plc4x", new PolledComponent(polls, Clock.fixed(NOW, ZoneOffset.UTC)));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        ModbusSlaveFactory.close();
    }

    private ModbusSlave slave() throws Exception {
        SimpleProcessImage image = new SimpleProcessImage(1);
        image.addRegister(humidity);
        image.addRegister(temperature);
        ModbusSlave opened = ModbusSlaveFactory.createTCPSlave(InetAddress.getLoopbackAddress(), port, 2, false);
        opened.addProcessImage(1, image);
        opened.open();
        return opened;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free port on loopback", e);
        }
    }

    private void poll(String options) throws Exception {
        poll(port, options);
    }

    private void poll(int at, String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("plc4x:modbus-tcp://127.0.0.1:" + at + "?" + options)
                        .routeId("boiler")
                        .process(PolledConsumerTest.this::take);
            }
        });
    }

    private void take(Exchange exchange) {
        bodies.add(exchange.getMessage().getBody(Map.class));
        times.add(exchange.getMessage().getHeader(PolledConsumer.OBSERVED_AT));
    }

    private StageStatus status() {
        List<StageStatus> all = polls.status();
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private String lastError() {
        return status().facts().getOrDefault("lastError", "");
    }

    @Test
    void readsAllTagsOnceAPeriodAsOneMapOfMeasures() throws Exception {
        poll("period=50&tag.humidity=holding-register:1:UINT&tag.temperature=holding-register:2:INT"
                + "&scale.humidity=0.1&scale.temperature=0.1&offset.temperature=-40");

        await().atMost(PATIENCE).until(() -> bodies.size() >= 2);
        assertThat(bodies)
                .allSatisfy(body -> assertThat(body).isEqualTo(Map.of("humidity", 45.9, "temperature", -16.5)));
        assertThat(times).allSatisfy(time -> assertThat(time).isEqualTo(NOW));
        humidity.setValue(460);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bodies)
                .anySatisfy(body -> assertThat(body.get("humidity")).isEqualTo(46.0)));
        assertThat(status().stage()).isEqualTo("plc4x:boiler");
        assertThat(status().facts()).containsEntry("state", "reading").doesNotContainKey("lastError");
    }

    @Test
    void leavesARawValueAsItIsWithoutAScale() throws Exception {
        poll("period=50&tag.humidity=holding-register:1:UINT");

        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
        assertThat(bodies.element()).isEqualTo(Map.of("humidity", 459));
    }

    @Test
    void saysWhichAddressTheDeviceDoesNotHaveAndGoesOnWithTheOthers() throws Exception {
        poll("period=50&tag.humidity=holding-register:1:UINT&tag.pressure=holding-register:900:UINT");

        await().atMost(PATIENCE).until(() -> bodies.size() >= 2);
        assertThat(bodies).allSatisfy(body -> assertThat(body).isEqualTo(Map.of("humidity", 459)));
        assertThat(lastError())
                .startsWith("pressure (holding-register:900:UINT): INVALID_ADDRESS, the device does not have this");
        assertThat(status().count("failedTags")).isPositive();
        assertThat(status().count("failedPolls")).isZero();
    }

    @Test
    void sendsNothingWhenTheDeviceAnswersNoTag() throws Exception {
        poll("period=50&tag.pressure=holding-register:900:UINT");

        await().atMost(PATIENCE).until(() -> status().count("polls") >= 3);
        assertThat(bodies).isEmpty();
        assertThat(status().facts()).containsEntry("state", "failing");
    }

    @Test
    void readsAgainOnceALostDeviceIsBack() throws Exception {
        poll("period=50&tag.humidity=holding-register:1:UINT");
        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());

        ModbusSlaveFactory.close(slave);
        await().atMost(PATIENCE).until(() -> status().count("failedPolls") > 0);
        assertThat(lastError()).contains("modbus-tcp://127.0.0.1:" + port).contains("see that the device runs");
        long tries = status().count("failedPolls");
        assertThat(tries).isLessThan(5);
        bodies.clear();
        slave = slave();

        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
        assertThat(status().facts()).containsEntry("state", "reading");
    }

    @Test
    void startsBeforeItsDeviceDoes() throws Exception {
        ModbusSlaveFactory.close(slave);
        poll("period=50&tag.humidity=holding-register:1:UINT");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lastError()).contains("cannot be reached"));

        slave = slave();

        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
    }

    @Test
    void readsAgainAfterADeviceThatTookARequestButDidNotAnswer() throws Exception {
        ModbusSlaveFactory.close(slave);
        try (ServerSocket mute = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            poll("period=50&request-timeout=500&tag.humidity=holding-register:1:UINT");
            Socket taken = mute.accept();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(lastError()).contains("did not answer"));
            taken.close();
        }
        slave = slave();

        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());
    }

    @Test
    void countsAReadingThatTheRouteCouldNotTakeAndGoesOn() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("plc4x:modbus-tcp://127.0.0.1:" + port + "?period=50&tag.humidity=holding-register:1:UINT")
                        .routeId("boiler")
                        .errorHandler(noErrorHandler())
                        .throwException(new IllegalStateException("no room"));
            }
        });

        await().atMost(PATIENCE).until(() -> status().count("failedExchanges") >= 2);
        assertThat(status().count("polls")).isGreaterThanOrEqualTo(2);
    }

    @Test
    void endsItsThreadAndItsStatusWithTheRoute() throws Exception {
        poll("period=50&tag.humidity=holding-register:1:UINT");
        await().atMost(PATIENCE).until(() -> !bodies.isEmpty());

        context.getRouteController().stopRoute("boiler");

        assertThat(polls.status()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains("qanat-plc4x-boiler"));
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        String tag = "tag.humidity=holding-register:1:UINT";
        assertThatThrownBy(() -> poll("period=1&" + tag))
                .hasStackTraceContaining("period of plc4x: is 1 ms: it must be at least 10 ms");
        assertThatThrownBy(() -> poll("period=1000"))
                .hasStackTraceContaining("has no tags to read: name one, such as tag.temperature=");
        assertThatThrownBy(() -> poll("trigger=coil:1&" + tag)).hasStackTraceContaining("trigger of plc4x: is not");
        assertThatThrownBy(() -> poll("scale.humidty=0.1&" + tag))
                .hasStackTraceContaining("scale.humidty of plc4x: belongs to no tag: there are [humidity]");
        assertThatThrownBy(() -> poll("scale.humidity=ten&" + tag))
                .hasStackTraceContaining("scale.humidity of plc4x: is 'ten': it must be a number, such as 0.1");
    }
}
