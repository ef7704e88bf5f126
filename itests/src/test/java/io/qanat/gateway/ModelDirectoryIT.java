package io.qanat.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelPackages;
import io.qanat.api.ModelPackages.KeyKind;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelRepository;
import io.qanat.api.ModelVersion;
import io.qanat.gateway.launch.OsgiFramework;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inference bundle in the framework, as its configuration tells it to be, without a gateway around it. */
class ModelDirectoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String MODEL = "mote-detector";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home = new Home(Path.of("..").toAbsolutePath().normalize());

    @TempDir
    Path folder;

    private OsgiFramework framework;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("drop"));
        Files.createDirectories(folder.resolve("keys"));
        framework = OsgiFramework.start(home.bundles(), folder.resolve("framework"), Map.of());
        framework.configure(
                "io.qanat.inference",
                Map.of(
                        "models", home.models().toString(),
                        "added", folder.resolve("added").toString(),
                        "trustedKeys", folder.resolve("keys").toString(),
                        "watched", folder.resolve("drop").toString(),
                        "watchSeconds", 1,
                        "rollbackFailedRuns", "5"));
    }

    @AfterEach
    void stop() {
        framework.close();
    }

    private ModelRepository models() {
        return framework.service(ModelRepository.class, PATIENCE);
    }

    /** The shipped package as another version, for the watched directory; not there yet under its name. */
    private Path copy(String version) throws Exception {
        Path shipped = home.models().resolve(MODEL).resolve("1.0.0");
        Path target = folder.resolve("drop/" + version + ".part");
        try (Stream<Path> files = Files.walk(shipped)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(shipped.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Path manifest = target.resolve("model.json");
        JSON.writeValue(manifest.toFile(), ((ObjectNode) JSON.readTree(manifest.toFile())).put("version", version));
        return target;
    }

    @Test
    void takesASignedPackageFromTheWatchedDirectoryAndRunsTheVariantThatIsAskedFor() throws Exception {
        ModelPackages packages = framework.service(ModelPackages.class, PATIENCE);
        packages.makeKey(folder.resolve("operator.key"), folder.resolve("keys/operator.pem"), KeyKind.EC);
        Path unsigned = copy("1.2.0");
        Path signed = copy("1.1.0");
        packages.sign(signed, folder.resolve("operator.key"));

        Files.move(unsigned, folder.resolve("drop/1.2.0"));
        Files.move(signed, folder.resolve("drop/1.1.0"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(models().versions())
                .extracting(ModelVersion::version)
                .containsExactly("1.1.0", "1.0.0"));
        ModelRef now = models().activate(MODEL, "1.1.0", "fp32");
        assertThat(now.variant()).isEqualTo("fp32");
        assertThat(models().rollback(MODEL).version()).isEqualTo("1.0.0");
    }
}
