package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelsTest {
    private final Models models = new Models();

    private final Path temp;

    ModelsTest(@TempDir Path temp) {
        this.temp = temp;
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void activatesTheShippedPackage() throws Exception {
        ModelRef ref = models.activate(Packages.shipped());

        assertThat(ref).isEqualTo(new ModelRef("mote-detector", "1.0.0", "int8", ref.sha256()));
        assertThat(ref.sha256()).hasSize(64);
        assertThat(models.active("mote-detector")).contains(ref);
    }

    @Test
    void aNewerVersionReplacesTheOlder() throws Exception {
        models.activate(Packages.shipped());

        ModelRef newer = models.activate(Packages.newer(temp));

        assertThat(newer.version()).isEqualTo("1.0.1");
        assertThat(newer.variant()).isEqualTo("fp32");
        assertThat(models.active("mote-detector")).contains(newer);
    }

    @Test
    void fieldsThatItDoesNotKnowAreIgnored() throws Exception {
        Path folder = Packages.copy(temp, "1.0.2");
        Packages.edit(folder, manifest -> manifest.putObject("later").put("field", 1));

        assertThat(models.activate(folder).version()).isEqualTo("1.0.2");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenPackages")
    void aBrokenPackageLeavesTheOldOneActive(String what, Breakage breakage, String[] said) throws Exception {
        ModelRef old = models.activate(Packages.shipped());
        Path folder = Packages.copy(temp, "1.0.3");
        breakage.apply(folder);

        assertThatThrownBy(() -> models.activate(folder))
                .isInstanceOf(ModelException.class)
                .satisfies(e -> assertThat(Arrays.asList(said))
                        .allSatisfy(part -> assertThat(e.getMessage()).contains(part)));

        assertThat(models.active("mote-detector")).contains(old);
    }

    static Stream<Arguments> brokenPackages() {
        return Stream.of(
                broken("truncated model", ModelsTest::truncate, "model.int8.onnx", "sha256", "damaged"),
                broken(
                        "truncated model with its sha256",
                        folder -> {
                            truncate(folder);
                            Packages.list(folder, "model.int8.onnx");
                        },
                        "model.int8.onnx is not a model that ONNX Runtime can load"),
                broken(
                        "wrong sha256",
                        edit(m -> ((ObjectNode) m.get("files")).put("model.onnx", "0".repeat(64))),
                        "model.onnx has the sha256",
                        "lists 000"),
                broken(
                        "no model file",
                        folder -> Files.delete(folder.resolve("model.onnx")),
                        "model.onnx cannot be opened",
                        "install the package again"),
                broken(
                        "no manifest",
                        folder -> Files.delete(folder.resolve("model.json")),
                        "model.json cannot be read"),
                broken(
                        "manifest is not JSON",
                        folder -> Files.writeString(folder.resolve("model.json"), "{\n\"name\": }"),
                        "model.json is not JSON, line 2"),
                broken(
                        "shape against window",
                        edit(m -> Packages.array(m.get("input"), "shape").set(1, IntNode.valueOf(8))),
                        "field input.shape: expected [null,16,2]",
                        "found [null,8,2]"),
                broken(
                        "wrong input name",
                        edit(m -> ((ObjectNode) m.get("input")).put("name", "readings")),
                        "has no input readings, which model.json gives; it has [input]"),
                broken(
                        "threshold is a text",
                        edit(m -> m.put("threshold", "high")),
                        "model.json, field threshold: expected a finite number, found \"high\""),
                broken(
                        "missing field",
                        edit(m -> m.remove("defaultVariant")),
                        "field defaultVariant: expected a text that is not blank, found nothing"),
                broken(
                        "unknown variant",
                        edit(m -> m.put("defaultVariant", "int4")),
                        "field defaultVariant: expected one of",
                        "found \"int4\""),
                broken(
                        "path outside",
                        edit(m -> ((ObjectNode) m.get("files")).put("../other", "0".repeat(64))),
                        "field files: expected paths inside the package, found ../other"),
                broken(
                        "link to the outside",
                        folder -> {
                            Path outside = Files.copy(folder.resolve("model.onnx"), folder.resolveSibling("outside"));
                            Files.delete(folder.resolve("model.onnx"));
                            Files.createSymbolicLink(folder.resolve("model.onnx"), outside);
                        },
                        "field files: expected paths inside the package, found model.onnx"),
                broken(
                        "golden mismatch",
                        folder -> Packages.editGolden(folder, g -> Packages.array(g.at("/expected/int8"), "score")
                                .set(2, IntNode.valueOf(7))),
                        "golden sample 2",
                        "expected 7.0"),
                broken(
                        "golden count",
                        folder -> Packages.editGolden(folder, g -> Packages.array(g.at("/expected/int8"), "score")
                                .remove(0)),
                        "expected.int8.score: expected 8 numbers, but it has 7"));
    }

    private static Arguments broken(String what, Breakage breakage, String... said) {
        return Arguments.of(what, breakage, said);
    }

    private static Breakage edit(java.util.function.Consumer<ObjectNode> change) {
        return folder -> Packages.edit(folder, change);
    }

    private static void truncate(Path folder) throws IOException {
        Path file = folder.resolve("model.int8.onnx");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    }

    @Test
    void aModelOfAnotherShapeIsRefusedByItsManifest() throws Exception {
        Path folder = Packages.copy(temp, "1.0.4");
        Packages.edit(folder, m -> {
            ((ObjectNode) m.get("window")).put("length", 8);
            Packages.array(m.get("input"), "shape").set(1, IntNode.valueOf(8));
        });
        Packages.editGolden(folder, g -> g.get("input").forEach(sample -> {
            while (sample.size() > 8) {
                ((com.fasterxml.jackson.databind.node.ArrayNode) sample).remove(0);
            }
        }));

        assertThatThrownBy(() -> models.activate(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(
                        "input input: model.json gives float32 [n,8,2], but the model has float32 [n,16,2]");
    }

    @Test
    void endpointsOfOneModelShareItsBatcher() throws Exception {
        models.activate(Packages.shipped());

        DynamicBatcher first = models.open("mote-detector", BatchOptions.DEFAULT, "onnx:mote-detector");
        DynamicBatcher second = models.open("mote-detector", BatchOptions.DEFAULT, "onnx:mote-detector");

        assertThat(second).isSameAs(first);
    }

    @Test
    void anEndpointWithOtherOptionsIsRefused() throws Exception {
        models.activate(Packages.shipped());
        models.open("mote-detector", BatchOptions.DEFAULT, "onnx:mote-detector");
        BatchOptions other = new BatchOptions(8, Duration.ZERO, 1024);

        assertThatThrownBy(() -> models.open("mote-detector", other, "onnx:mote-detector?maxBatch=8"))
                .hasMessage("onnx:mote-detector?maxBatch=8 asks for maxBatch=8&maxDelay=0&maxQueue=1024"
                        + "&instances=1&intraOpThreads=1&provider=cpu&variant=int8, but onnx:mote-detector already runs the model"
                        + " with maxBatch=32&maxDelay=0&maxQueue=1024&instances=1&intraOpThreads=1&provider=cpu&variant=int8:"
                        + " give both the same options");
    }

    @Test
    void anUnknownModelIsAnsweredWithTheNearestName() throws Exception {
        models.activate(Packages.shipped());

        assertThatThrownBy(() -> models.open("mote-detektor", BatchOptions.DEFAULT, "onnx:mote-detektor"))
                .hasMessage("onnx:mote-detektor: no model mote-detektor is active, did you mean mote-detector?");
    }

    @Test
    void givesAStatusOnlyWhileARouteUsesTheModel() throws Exception {
        models.activate(Packages.shipped());
        assertThat(models.status()).isEmpty();

        models.open("mote-detector", BatchOptions.DEFAULT, "onnx:mote-detector");
        assertThat(models.status()).singleElement().satisfies(status -> {
            assertThat(status.stage()).isEqualTo("onnx:mote-detector");
            assertThat(status.facts()).containsEntry("model.variant", "int8");
        });

        models.release("mote-detector");
        assertThat(models.status()).isEmpty();
    }

    @Test
    void theHighestInstalledVersionIsActivated() throws Exception {
        Path model = temp.resolve("models/mote-detector");
        Packages.copy(model, "1.9.0");
        Packages.copy(model, "1.10.0");

        InstalledModels installed = installed();

        assertThat(installed.active("mote-detector")).map(ModelRef::version).contains("1.10.0");
        installed.close();
    }

    @Test
    void aBrokenInstalledModelDoesNotKeepTheOthersOut() throws Exception {
        Path broken = Packages.copy(temp.resolve("models/broken"), "1.0.0");
        Packages.edit(broken, m -> m.put("name", "broken"));
        truncate(broken);
        Packages.copy(temp.resolve("models/mote-detector"), "1.0.0");

        InstalledModels installed = installed();

        assertThat(installed.active("mote-detector")).isPresent();
        assertThat(installed.active("broken")).isEmpty();
        installed.close();
    }

    private InstalledModels installed() {
        PackageSignature signature = new PackageSignature(PackageSignature.Policy.REQUIRE, temp.resolve("keys"));
        return new InstalledModels(temp.resolve("models"), temp.resolve("added"), signature);
    }

    private interface Breakage {
        void apply(Path folder) throws IOException;
    }
}
