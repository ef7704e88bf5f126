package io.qanat.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.RouteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway's own text, as far as it can be read without the bundles of its stages. */
class ShippedRoutesTest {
    private static final Path TEXT = Path.of("../../routes/readings-to-alarms.xml");

    @Test
    void fitsOnOneScreen() throws IOException {
        assertThat(Files.readAllLines(TEXT)).hasSizeLessThanOrEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"readings-to-alarms.xml", "readings-to-alarms.yaml"})
    void lacksNothingButTheStages(String name) throws IOException {
        String text = Files.readString(TEXT.resolveSibling(name));
        Map<String, String> values = Map.of(
                "mqtt.url", "tcp://localhost:1883",
                "mqtt.user", "gateway",
                "mqtt.password", "a&b%c+d",
                "webhook.url", "https://alarms.example.com/hook");

        try (PlainRoutes plain = new PlainRoutes(values)) {
            // The tests of this module have it; the text has not said so.
            plain.missing.add("http");
            assertThatThrownBy(() -> plain.routes.load(name, text))
                    .isInstanceOf(RouteException.class)
                    .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines())
                            .allMatch(line -> line.contains("is missing: start the bundle io.qanat."))
                            .hasSize(6));
        }
    }
}
