package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.eclipse.osgi.util.ManifestElement;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleException;

/** Stages meet in routes or through the API: the built manifests say whether that holds. */
class ManifestRulesIT {
    private static final String CAMEL = "org.apache.camel";
    private static final List<String> EVERYBODY = List.of(
            "io.qanat.api",
            "org.slf4j",
            "org.osgi",
            "org.jspecify",
            "javax.net",
            "javax.crypto",
            "javax.sql",
            "javax.xml");

    /** What a bundle may import besides: the table in docs/architecture.md. */
    private static final Map<String, List<String>> ALLOWED = Map.of(
            "api", List.of(),
            "store", List.of("org.sqlite"),
            "ingest", List.of(CAMEL, "com.fasterxml.jackson"),
            "mqtt", List.of(CAMEL),
            "window", List.of(CAMEL),
            "inference", List.of(CAMEL, "com.fasterxml.jackson", "ai.onnxruntime"),
            "alarm", List.of(CAMEL),
            "outbox", List.of(CAMEL, "com.fasterxml.jackson"),
            "routes", List.of(CAMEL, "io.qanat.camel", "org.snakeyaml", "org.xml.sax", "org.w3c.dom"));

    @ParameterizedTest
    @ValueSource(strings = {"api", "store", "ingest", "mqtt", "window", "inference", "alarm", "outbox", "routes"})
    void importsOnlyWhatItsStageMay(String stage) throws IOException, BundleException {
        List<String> allowed = Stream.concat(EVERYBODY.stream(), ALLOWED.getOrDefault(stage, List.of()).stream())
                .toList();
        assertThat(names(manifest(stage), "Import-Package")).allMatch(name -> allowed.stream()
                .anyMatch(prefix -> name.equals(prefix) || name.startsWith(prefix + ".")));
    }

    /** Eclipse Kura 5 has Declarative Services 1.4: a bundle that asks for more stays unresolved there. */
    @ParameterizedTest
    @ValueSource(strings = {"store", "ingest", "mqtt", "window", "inference", "alarm", "outbox", "routes"})
    void needsNoNewerDeclarativeServicesThanKuraHas(String stage) throws IOException {
        assertThat(manifest(stage).getValue("Require-Capability"))
                .contains("osgi.extender=osgi.component")
                .doesNotContain("version>=1.5");
        assertThat(manifest(stage).getValue("Bundle-Version")).matches("0\\.1\\.0\\.[0-9A-Za-z_-]{8,}");
    }

    /** A client library that one connector exports would be another bundle's by chance. */
    @ParameterizedTest
    @ValueSource(strings = {"camel-http", "camel-kafka", "camel-milo", "camel-plc4x"})
    void keepsItsClientLibraryToItself(String connector) throws IOException, BundleException {
        assertThat(names(manifest(connector), "Export-Package")).isEmpty();
        assertThat(names(manifest(connector), "Import-Package"))
                .noneMatch(name -> name.startsWith("io.qanat.") && !name.equals("io.qanat.api"))
                .noneMatch(name -> name.startsWith("io.netty"));
    }

    private static List<String> names(Attributes manifest, String header) throws BundleException {
        String value = manifest.getValue(header);
        ManifestElement[] elements = value == null ? null : ManifestElement.parseHeader(header, value);
        return elements == null
                ? List.of()
                : Stream.of(elements).map(ManifestElement::getValue).toList();
    }

    private static Attributes manifest(String stage) throws IOException {
        File target = new File("../bundles/" + stage + "/target");
        File[] jars = target.listFiles((folder, name) ->
                name.startsWith("io.qanat." + stage) && name.endsWith(".jar") && !name.endsWith("-tests.jar"));
        assertThat(jars).as("jar of %s in %s", stage, target).hasSize(1);
        try (JarFile jar = new JarFile(jars[0])) {
            return jar.getManifest().getMainAttributes();
        }
    }
}
