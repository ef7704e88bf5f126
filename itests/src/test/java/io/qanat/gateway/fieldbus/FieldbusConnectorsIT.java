package io.qanat.gateway.fieldbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.RouteException;
import io.qanat.api.RouteLoader;
import io.qanat.api.StageStatus;
import io.qanat.camel.milo.Machine;
import io.qanat.gateway.Gateway;
import io.qanat.gateway.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connectors as bundles: they come late, are replaced while their routes run, and are known to the checks. */
@Timeout(120)
class FieldbusConnectorsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String NODE = "nsu=" + Machine.NAMESPACE + ";s=humidity";

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

    private Gateway start(String uri) throws IOException {
        Path text = folder.resolve("plant.xml");
        Files.writeString(
                text,
                "<routes><route id=\"plant\"><from uri=\"" + uri.replace("&", "&amp;")
                        + "\"/><setProperty name=\"taken\"><constant>yes</constant></setProperty></route></routes>");
        Gateway started = Gateway.start(home, folder.resolve("gateway"), text, Map.of());
        gateway = started;
        return started;
    }

    private static String state(Gateway running) {
        return running.status("routes")
                .map(status -> status.facts().getOrDefault("route.plant", ""))
                .orElse("");
    }

    private static long count(Gateway running, String stage, String figure) {
        return running.status(stage).map(status -> status.count(figure)).orElse(0L);
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains(name))
                .count();
    }

    @Test
    void monitorsANodeOnceItsConnectorComesAndGoesOnAfterTheBundleIsReplaced() throws Exception {
        try (Machine machine = new Machine()) {
            machine.start(45.9, 23.5);
            String stage = "opcua:" + machine.url();
            Gateway running = start("milo-client:" + machine.url()
                    + "?requestedPublishingInterval=50&samplingInterval=20&node=RAW(" + NODE + ")");
            running.connect(home, List.of("milo"));
            await().atMost(PATIENCE).until(() -> count(running, stage, "values") == 1);

            running.framework().update(home.connector("milo"));
            await().atMost(PATIENCE).until(() -> state(running).equals("Started"));
            await().atMost(PATIENCE).until(() -> count(running, stage, "values") == 1);
            machine.set("humidity", 46.0);

            await().atMost(PATIENCE).until(() -> count(running, stage, "values") == 2);
            assertThat(machine.sessions()).isEqualTo(1);
            assertThat(threads("qanat-opcua-")).isEqualTo(1);
            RouteLoader loader = running.framework().service(RouteLoader.class, PATIENCE);
            assertThatThrownBy(() -> loader.load("other.xml", other("milo-client:opc.tcp://plc?samplingIntervall=5")))
                    .isInstanceOf(RouteException.class)
                    .hasMessageContaining(
                            "unknown option 'samplingIntervall' of milo-client: did you mean samplingInterval?");
            // Before the machine is: a session that ends takes leave of its server.
            stop();
        }
    }

    @Test
    void pollsRegistersOnceItsConnectorComesAndGoesOnAfterTheBundleIsReplaced() throws Exception {
        try (ModbusDevice device = new ModbusDevice()) {
            Gateway running = start("plc4x:modbus-tcp://" + device.address()
                    + "?period=50&tag.humidity=holding-register:1:UINT&scale.humidity=0.1");
            running.connect(home, List.of("plc4x"));
            await().atMost(PATIENCE).until(() -> count(running, "plc4x:plant", "polls") > 1);

            running.framework().update(home.connector("plc4x"));
            await().atMost(PATIENCE).until(() -> state(running).equals("Started"));

            await().atMost(PATIENCE).until(() -> count(running, "plc4x:plant", "polls") > 1);
            StageStatus status = running.status("plc4x:plant").orElseThrow();
            assertThat(status.facts()).containsEntry("state", "reading");
            assertThat(threads("qanat-plc4x-plant")).isEqualTo(1);
            RouteLoader loader = running.framework().service(RouteLoader.class, PATIENCE);
            assertThatThrownBy(() -> loader.load(
                            "other.xml", other("plc4x:modbus-tcp://plc?tag.a=holding-register:1&scale.b=2")))
                    .isInstanceOf(RouteException.class)
                    .hasMessageContaining("scale.b of plc4x: belongs to no tag: there are [a]");
        }
    }

    private static String other(String uri) {
        return "<routes><route id=\"other\"><from uri=\"" + uri.replace("&", "&amp;")
                + "\"/><setProperty name=\"taken\"><constant>yes</constant></setProperty></route></routes>";
    }
}
