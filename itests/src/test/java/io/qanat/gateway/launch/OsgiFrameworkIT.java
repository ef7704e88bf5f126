package io.qanat.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.ConfigurationAdmin;

class OsgiFrameworkIT {
    private static final List<String> PACKAGED =
            List.of("io.qanat.camel-runtime", "io.qanat.camel-http", "io.qanat.onnxruntime", "io.qanat.sqlite");

    private Path folder;

    private Path bundles;

    @BeforeEach
    void makesAFolderForBundles(@TempDir Path temporary) throws Exception {
        folder = temporary;
        bundles = Files.createDirectory(folder.resolve("bundles"));
    }

    @Test
    void startsTheThirdPartyBundles() {
        TestBundle.copy(bundles, TestBundle.SERVICES);
        TestBundle.copy(bundles, PACKAGED);

        try (OsgiFramework framework = start()) {
            assertThat(framework.bundles())
                    .allMatch(BundleState::isActive)
                    .extracting(BundleState::symbolicName)
                    .containsAll(PACKAGED);
        }
    }

    @Test
    void namesEachBundleThatDoesNotResolveAndWhy() {
        new TestBundle("needs.camera").imports("io.example.camera").in(bundles);
        new TestBundle("needs.radio")
                .imports("io.example.radio;version=\"[2,3)\"")
                .in(bundles);
        new TestBundle("needs.nothing").in(bundles);

        assertThatThrownBy(this::start)
                .isInstanceOf(FrameworkException.class)
                .hasMessageContaining("2 of 3 bundles did not start")
                .hasMessageContaining("needs.camera 1.0.0: ")
                .hasMessageContaining("Import-Package: io.example.camera")
                .hasMessageContaining("needs.radio 1.0.0: ")
                .hasMessageContaining("Import-Package: io.example.radio; version=\"[2.0.0,3.0.0)\"");
    }

    @Test
    void saysWhichServiceIsMissing() {
        try (OsgiFramework framework = start()) {
            assertThatThrownBy(() -> framework.service(Runnable.class, Duration.ofMillis(1)))
                    .isInstanceOf(FrameworkException.class)
                    .hasMessageContaining("No bundle offers the service java.lang.Runnable");
        }
    }

    @Test
    void handsAConfigurationToItsComponent() throws Exception {
        TestBundle.copy(bundles, TestBundle.SERVICES);

        try (OsgiFramework framework = start()) {
            framework.configure("io.qanat.store", Map.of("file", "qanat.db"));

            ConfigurationAdmin configurations = framework.service(ConfigurationAdmin.class, Duration.ofSeconds(10));
            assertThat(configurations
                            .getConfiguration("io.qanat.store", "?")
                            .getProperties()
                            .get("file"))
                    .isEqualTo("qanat.db");
        }
    }

    @Test
    void startsAgainInTheFolderOfAnEarlierRun() {
        new TestBundle("needs.nothing").in(bundles);
        start().close();

        try (OsgiFramework framework = start()) {
            assertThat(framework.bundles()).hasSize(1).allMatch(BundleState::isActive);
        }
    }

    private OsgiFramework start() {
        return OsgiFramework.start(bundles, folder.resolve("storage"), Map.of());
    }
}
