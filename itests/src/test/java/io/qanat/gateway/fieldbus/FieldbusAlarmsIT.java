package io.qanat.gateway.fieldbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.DeliveryLedger;
import io.qanat.api.InputLedger;
import io.qanat.camel.milo.Machine;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.milo.opcua.stack.core.StatusCodes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example routes as they are shipped, but faster: from a device to a stored alarm. */
@Timeout(120)
class FieldbusAlarmsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOBODY = "http://127.0.0.1:9/alarms";
    private static final String NODE = "nsu=" + Machine.NAMESPACE + ";s=";

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    private @Nullable Gateway gateway;

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
    }

    private Gateway start(String connector, String name, String text, Map<String, String> placeholders)
            throws IOException {
        Path route = folder.resolve(name);
        Files.writeString(route, text);
        Gateway started = Gateway.start(home, folder.resolve("gateway"), route, placeholders);
        gateway = started;
        started.connect(home, List.of(connector));
        return started;
    }

    private String shipped(String name) throws IOException {
        return Files.readString(home.root().resolve("routes").resolve(name));
    }

    private static InputLedger input(Gateway running, String source) {
        return running.ledgers().input().getOrDefault(source, new InputLedger(0, 0, 0, Map.of(), Map.of(), 0, 0, 0));
    }

    private static long stored(Gateway running) {
        return running.ledgers()
                .delivery()
                .getOrDefault("cloud-http", new DeliveryLedger(0, 0, 0, 0, 0, 0))
                .enqueued();
    }

    @Test
    void storesAnAlarmWhenARegisterOfAModbusDeviceLeavesItsUsualValues() throws Exception {
        try (ModbusDevice device = new ModbusDevice()) {
            String text = shipped("modbus-to-alarms.xml").replace("period=1000", "period=20");
            Gateway running = start(
                    "plc4x", "modbus.xml", text, Map.of("modbus.address", device.address(), "webhook.url", NOBODY));
            await().atMost(PATIENCE).until(() -> input(running, "boiler").normal() > 16);
            assertThat(stored(running)).isZero();

            device.temperature(600);

            await().atMost(PATIENCE).until(() -> stored(running) == 1);
            assertThat(input(running, "boiler").rejected()).isEmpty();
            assertThat(input(running, "boiler").alarmed()).isPositive();
        }
    }

    @Test
    void takesReadingsOfAnOpcUaServerWithTheTimeOfTheirSourceAndCountsThoseOfBadQuality() throws Exception {
        try (Machine machine = new Machine()) {
            machine.start(45.9, 27.9);
            Gateway running = start("milo", "opcua.xml", machineRoutes(false), machinePlaceholders(machine));
            await().atMost(PATIENCE).until(() -> input(running, "machine").normal() >= 2);

            long before = input(running, "machine").normal();
            machine.set("humidity", 46.0);
            await().atMost(PATIENCE).until(() -> input(running, "machine").normal() == before + 1);
            machine.set("humidity", 46.0, StatusCodes.Bad_SensorFailure);

            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(input(running, "machine").rejected()).isEqualTo(Map.of("not-a-number", 1L)));
            assertThat(input(running, "machine").normal()).isEqualTo(before + 1);
            assertThat(input(running, "machine").balanced()).isTrue();
            // Before the machine is: a session that ends takes leave of its server.
            stop();
        }
    }

    @Test
    void storesAnAlarmWhenANodeOfAnOpcUaServerLeavesItsUsualValues() throws Exception {
        try (Machine machine = new Machine()) {
            machine.start(45.9, 27.9);
            Gateway running = start("milo", "opcua.xml", machineRoutes(true), machinePlaceholders(machine));

            for (int row = 0; stored(running) == 0; row++) {
                machine.set("humidity", 45.9);
                machine.set("temperature", row < 40 ? 27.9 : 60.0);
                long expected = 2L * row;
                await().atMost(PATIENCE).until(() -> input(running, "machine").received() >= expected);
            }
        }
    }

    /** @param whole with the shipped last route; else with one that takes each reading as it is */
    private String machineRoutes(boolean whole) throws IOException {
        String text = shipped("opcua-to-alarms.xml").replace("Interval=1000", "Interval=50");
        int window = text.indexOf("    <!-- Two readings of about");
        int end = text.indexOf("  </route>", window);
        return whole
                ? text
                : text.substring(0, window) + "    <setProperty name=\"taken\"><constant>yes</constant></setProperty>\n"
                        + text.substring(end);
    }

    private static Map<String, String> machinePlaceholders(Machine machine) {
        return Map.of(
                "webhook.url",
                NOBODY,
                "opcua.url",
                machine.url(),
                "opcua.humidity",
                NODE + "humidity",
                "opcua.temperature",
                NODE + "temperature");
    }
}
