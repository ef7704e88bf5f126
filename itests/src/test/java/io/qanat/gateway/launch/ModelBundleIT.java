package io.qanat.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.ModelVersion;
import io.qanat.gateway.Home;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Model packages that come inside of a bundle. */
class ModelBundleIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MODEL = "mote-detector";

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    private OsgiFramework framework;

    private OsgiFramework start(String storage, Path models) {
        OsgiFramework started = OsgiFramework.start(home.bundles(), folder.resolve(storage), Map.of());
        started.configure(
                "io.qanat.inference",
                Map.of(
                        "models", models.toString(),
                        "added", folder.resolve("added").toString()));
        return started;
    }

    @BeforeEach
    void start() throws IOException {
        framework = start("first", Files.createDirectory(folder.resolve("none")));
    }

    @AfterEach
    void stop() {
        framework.close();
    }

    private ModelRepository models() {
        return framework.service(ModelRepository.class, PATIENCE);
    }

    /** A bundle with the shipped package as that version. */
    private Bundle modelBundle(String version) throws Exception {
        Path shipped = home.models().resolve(MODEL).resolve("1.0.0");
        TestBundle bundle = new TestBundle("plant.models").header("Qanat-Models", "models");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                if (file.endsWith("model.json")) {
                    content = new String(content, StandardCharsets.UTF_8)
                            .replace("\"version\": \"1.0.0\"", "\"version\": \"" + version + "\"")
                            .getBytes(StandardCharsets.UTF_8);
                }
                bundle.entry("models/" + MODEL + "/" + version + "/" + shipped.relativize(file), content);
            }
        }
        Bundle installed = framework
                .framework()
                .getBundleContext()
                .installBundle(bundle.in(folder).toUri().toString());
        installed.start();
        return installed;
    }

    private Optional<String> active() {
        return models().active(MODEL).map(ModelRef::version);
    }

    private List<String> versions() {
        return models().versions().stream().map(ModelVersion::version).toList();
    }

    @Test
    void aModelThatOnlyABundleHasBecomesActiveAndStaysSoWhenTheBundleStops() throws Exception {
        assertThat(active()).isEmpty();

        Bundle bundle = modelBundle("1.1.0");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(active()).contains("1.1.0"));
        bundle.stop();
        assertThat(versions()).isEmpty();
        assertThat(active()).contains("1.1.0");
    }

    @Test
    void aVersionOfABundleIsActivatedByHandAndIsSoAgainAfterARestart() throws Exception {
        framework.close();
        framework = start("second", home.models());
        modelBundle("1.1.0");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(versions()).containsExactly("1.1.0", "1.0.0"));
        assertThat(active()).contains("1.0.0");
        models().activate(MODEL, "1.1.0");
        framework.close();

        framework = start("third", home.models());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(active()).contains("1.0.0"));
        modelBundle("1.1.0");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(active()).contains("1.1.0"));
    }
}
