package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.ModelRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it activates versions leaves one of them active. */
@Timeout(120)
class KilledActivationTest {
    private static final String MODEL = "test";
    private static final int KILLS = 4;

    private final Path temp;

    KilledActivationTest(@TempDir Path temp) {
        this.temp = temp;
    }

    private static InstalledModels open(Path folder) {
        return new InstalledModels(
                folder.resolve("models"),
                folder.resolve("added"),
                new PackageSignature(PackageSignature.Policy.REQUIRE, folder.resolve("keys")));
    }

    /** Activates one version after the other, without end, and says so. */
    public static final class Activating {
        private Activating() {}

        /** @param args the folder */
        public static void main(String[] args) throws Exception {
            InstalledModels models = open(Path.of(args[0]));
            for (int i = 0; ; i++) {
                models.activate(MODEL, i % 2 == 0 ? "1.1.0" : "1.0.0");
                System.out.println("activated");
            }
        }
    }

    @Test
    void aKillInTheMiddleOfActivationsLeavesOneVersionActive() throws Exception {
        OnnxPackage.write(temp.resolve("models"), MODEL, "1.0.0", OnnxGraph.mean(4, 2));
        OnnxPackage.write(temp.resolve("models"), MODEL, "1.1.0", OnnxGraph.mean(4, 2));

        for (int kill = 0; kill < KILLS; kill++) {
            killAfter(20 + 7 * kill);

            // Read as it is: a damaged list would be passed over at a start.
            assertThat(Field.read(temp.resolve("added/active.json")).get(MODEL).items())
                    .isNotEmpty();
            InstalledModels restarted = open(temp);
            assertThat(restarted.active(MODEL)).map(ModelRef::version).isPresent();
            assertThat(restarted.active(MODEL).orElseThrow().version())
                    .isEqualTo(new ActiveVersions(temp.resolve("added"))
                            .of(MODEL)
                            .get(0)
                            .version());
            restarted.close();
        }
    }

    private void killAfter(int activations) throws IOException, InterruptedException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path error = temp.resolve("error.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Activating.class.getName(),
                        temp.toString()))
                .redirectError(error.toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < activations; i++) {
                assertThat(out.readLine()).as(Files.readString(error)).isEqualTo("activated");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
