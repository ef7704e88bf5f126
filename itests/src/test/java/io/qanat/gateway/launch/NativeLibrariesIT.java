package io.qanat.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.gateway.bundles.onnx.OnnxActivator;
import io.qanat.gateway.bundles.sqlite.SqliteActivator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.wiring.FrameworkWiring;

/** The native libraries load through the framework, from the bundles' own files. */
class NativeLibrariesIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Path folder;
    private Path bundles;

    @BeforeEach
    void makesAFolderForBundles(@TempDir Path temporary) throws Exception {
        folder = temporary;
        bundles = Files.createDirectory(folder.resolve("bundles"));
    }

    @Test
    void runsAModel() throws Exception {
        addOnnxRuntime();

        try (OsgiFramework framework = start()) {
            assertThat(framework.service(UnaryOperator.class, TIMEOUT).apply(model()))
                    .isEqualTo(41.0f);
        }
    }

    @Test
    void runsAModelAgainAfterOnnxRuntimeWasUpdated() throws Exception {
        addOnnxRuntime();

        try (OsgiFramework framework = start()) {
            assertThat(framework.service(UnaryOperator.class, TIMEOUT).apply(model()))
                    .isEqualTo(41.0f);

            bundle(framework, "io.qanat.onnxruntime").update();
            refresh(framework);

            assertThat(framework.service(UnaryOperator.class, TIMEOUT).apply(model()))
                    .isEqualTo(41.0f);
        }
    }

    @Test
    void opensADatabaseWithAWriteAheadLog() {
        addSqlite();

        try (OsgiFramework framework = start()) {
            Path file = folder.resolve("qanat.db");

            assertThat(framework.service(UnaryOperator.class, TIMEOUT).apply(file))
                    .isEqualTo("wal");
            assertThat(file).isNotEmptyFile();
        }
    }

    @Test
    void leavesNothingInTheTemporaryFolder() throws Exception {
        addOnnxRuntime();
        addSqlite();
        Path temporary = Files.createDirectory(folder.resolve("tmp"));

        int exit = launch("-Djava.io.tmpdir=" + temporary);

        assertThat(exit).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    /** ONNX Runtime 1.29.0 ends the JVM silently when the command line is longer than about 4,000 characters. */
    @Test
    void survivesALongCommandLine() throws Exception {
        addOnnxRuntime();

        assertThat(launch("-Dpadding=" + "x".repeat(9_000))).isZero();
    }

    /** Runs all services of the bundles in a JVM of their own, see {@link #main}. */
    private int launch(String option) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeLibrariesIT.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("output.txt")).content().endsWith("done\n");
        return process.exitValue();
    }

    /** Starts the bundles below the folder and uses each once. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Map<String, Object> inputs = Map.of("onnx", model(), "sqlite", folder.resolve("qanat.db"));
        try (OsgiFramework framework =
                OsgiFramework.start(folder.resolve("bundles"), folder.resolve("storage"), Map.of())) {
            var context = framework.framework().getBundleContext();
            for (var reference : context.getServiceReferences(UnaryOperator.class, "(name=*)")) {
                @SuppressWarnings("unchecked")
                UnaryOperator<Object> use = context.getService(reference);
                Object input = inputs.get(String.valueOf(reference.getProperty("name")));
                System.out.println(use.apply(input));
            }
        }
        System.out.println("done");
    }

    private OsgiFramework start() {
        return OsgiFramework.start(bundles, folder.resolve("storage"), Map.of());
    }

    private void addOnnxRuntime() {
        TestBundle.copy(bundles, List.of("io.qanat.onnxruntime"));
        new TestBundle("test.onnx")
                .activator(OnnxActivator.class)
                .imports("ai.onnxruntime", "org.osgi.framework")
                .in(bundles);
    }

    private void addSqlite() {
        TestBundle.copy(bundles, List.of("io.qanat.sqlite"));
        new TestBundle("test.sqlite")
                .activator(SqliteActivator.class)
                .imports("org.sqlite", "javax.sql", "org.osgi.framework")
                .in(bundles);
    }

    /** Adds its input, one float, to itself. */
    private static byte[] model() throws IOException {
        try (InputStream file = Objects.requireNonNull(NativeLibrariesIT.class.getResourceAsStream("/doubling.onnx"))) {
            return file.readAllBytes();
        }
    }

    private static Bundle bundle(OsgiFramework framework, String name) {
        return Stream.of(framework.framework().getBundleContext().getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    private static void refresh(OsgiFramework framework) throws Exception {
        CompletableFuture<FrameworkEvent> refreshed = new CompletableFuture<>();
        FrameworkListener listener = refreshed::complete;
        framework.framework().adapt(FrameworkWiring.class).refreshBundles(null, listener);
        refreshed.get(20, TimeUnit.SECONDS);
    }
}
