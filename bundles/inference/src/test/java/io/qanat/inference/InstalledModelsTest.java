package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelVersion;
import io.qanat.api.ModelVersion.State;
import io.qanat.api.Window;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class InstalledModelsTest {
    private static final String MODEL = "mote-detector";

    private final Path temp;
    private final Path keys;
    private final KeyPair operator;
    private InstalledModels models;

    InstalledModelsTest(@TempDir Path temp) throws Exception {
        this.temp = temp;
        this.keys = Files.createDirectories(temp.resolve("keys"));
        this.operator = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Packages.copy(temp.resolve("models").resolve(MODEL), "1.0.0");
        this.models = open(PackageSignature.Policy.REQUIRE);
    }

    @BeforeEach
    void trustTheOperator() throws IOException {
        String text =
                Base64.getMimeEncoder().encodeToString(operator.getPublic().getEncoded());
        Files.writeString(
                keys.resolve("operator.pem"), "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n");
    }

    @AfterEach
    void close() {
        models.close();
    }

    private InstalledModels open(PackageSignature.Policy policy) {
        return new InstalledModels(temp.resolve("models"), temp.resolve("added"), new PackageSignature(policy, keys));
    }

    private void restart() {
        models.close();
        models = open(PackageSignature.Policy.REQUIRE);
    }

    private Path unsigned(String version) throws IOException {
        Path folder = Packages.copy(temp.resolve("outside"), version);
        Packages.edit(folder, manifest -> manifest.put("defaultVariant", "fp32"));
        return folder;
    }

    private Path signed(String version) throws Exception {
        return sign(unsigned(version), operator.getPrivate());
    }

    private static Path sign(Path folder, PrivateKey key) throws Exception {
        PackageSignature.sign(folder, key);
        return folder;
    }

    private static Path zip(Path folder, String prefix) throws IOException {
        Path zip = folder.resolveSibling(folder.getFileName() + ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> entry(out, prefix + folder.relativize(file), content(file)));
        }
        return zip;
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void entry(ZipOutputStream out, String name, byte[] content) {
        try {
            out.putNextEntry(new ZipEntry(name));
            out.write(content);
            out.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String active() {
        return models.active(MODEL).map(ModelRef::version).orElse("none");
    }

    private void assertRefused(Path folderOrZip, String... said) {
        assertThatThrownBy(() -> models.add(folderOrZip))
                .isInstanceOf(ModelException.class)
                .satisfies(e -> assertThat(Arrays.asList(said))
                        .allSatisfy(part -> assertThat(e.getMessage()).contains(part)));
        assertThat(active()).isEqualTo("1.0.0");
        assertThat(models.versions()).hasSize(1);
        assertThat(leftOver()).isEmpty();
    }

    private List<Path> leftOver() {
        try (Stream<Path> files = Files.list(Files.createDirectories(temp.resolve("added")))) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSignedFolderIsAddedAndActivated() throws Exception {
        models.add(signed("1.1.0"));
        assertThat(active()).isEqualTo("1.0.0");

        models.activate(MODEL, "1.1.0");

        assertThat(active()).isEqualTo("1.1.0");
        assertThat(models.versions())
                .containsExactly(
                        new ModelVersion(MODEL, "1.1.0", State.ACTIVE),
                        new ModelVersion(MODEL, "1.0.0", State.INSTALLED));
    }

    @Test
    void aPackageAsOneZipIsAdded() throws Exception {
        models.add(zip(signed("1.1.0"), ""));
        models.add(zip(signed("1.2.0"), "mote-detector-1.2.0/"));

        assertThat(models.versions()).extracting(ModelVersion::version).containsExactly("1.2.0", "1.1.0", "1.0.0");
    }

    @Test
    void whatIsNotListedInTheManifestIsNotTakenOver() throws Exception {
        Path folder = signed("1.1.0");
        Files.writeString(folder.resolve("weights.bin"), "unlisted");

        models.add(folder);

        assertThat(temp.resolve("added/mote-detector/1.1.0/model.onnx")).exists();
        assertThat(temp.resolve("added/mote-detector/1.1.0/weights.bin")).doesNotExist();
    }

    @Test
    void aPackageWithoutASignatureIsRefused() throws Exception {
        assertRefused(unsigned("1.1.0"), "has no file signature", "have it signed by one of the keys in " + keys);
    }

    @Test
    void aPackageSignedByAStrangerIsRefused() throws Exception {
        PrivateKey stranger =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();

        assertRefused(sign(unsigned("1.1.0"), stranger), "is by none of the trusted keys [operator.pem]");
    }

    @Test
    void aManifestThatWasChangedAfterSigningIsRefused() throws Exception {
        Path folder = signed("1.1.0");
        Packages.edit(folder, manifest -> manifest.put("threshold", 100));

        assertRefused(folder, "is by none of the trusted keys", "model.json was changed");
    }

    @Test
    void aFileThatWasChangedAfterSigningIsRefused() throws Exception {
        Path folder = signed("1.1.0");
        Files.write(folder.resolve("model.onnx"), new byte[] {1, 2, 3});

        assertRefused(folder, "model.onnx has the sha256", "the file is damaged or was changed");
    }

    @Test
    void aSignatureThatIsNoneIsRefused() throws Exception {
        Path folder = unsigned("1.1.0");
        Files.writeString(folder.resolve("signature"), "c2lnbmVkIQ==");

        assertRefused(folder, "is by none of the trusted keys");
    }

    @Test
    void anAddedPackageThatWasChangedOnTheGatewayIsNotActivated() throws Exception {
        models.add(signed("1.1.0"));
        Packages.edit(temp.resolve("added/mote-detector/1.1.0"), manifest -> manifest.put("threshold", 100));

        assertThatThrownBy(() -> models.activate(MODEL, "1.1.0")).hasMessageContaining("none of the trusted keys");
        assertThat(active()).isEqualTo("1.0.0");
    }

    @Test
    void aPolicyMayLetUnsignedPackagesIn() throws Exception {
        for (PackageSignature.Policy policy : List.of(PackageSignature.Policy.WARN, PackageSignature.Policy.OFF)) {
            models.close();
            models = open(policy);

            models.add(unsigned("1.1." + policy.ordinal()));
        }

        assertThat(models.versions()).hasSize(3);
        assertThatThrownBy(() -> PackageSignature.Policy.of("always"))
                .hasMessage("signatures is always: it must be require, warn or off");
    }

    @Test
    void theSameVersionWithOtherContentIsRefused() throws Exception {
        models.add(signed("1.1.0"));
        Path other = temp.resolve("outside/1.1.0");
        Packages.edit(other, manifest -> manifest.put("threshold", 100));

        assertThatThrownBy(() -> models.add(sign(other, operator.getPrivate())))
                .hasMessageContaining("has that version with other content: give the package a new version");
    }

    @Test
    void theActiveVersionSurvivesARestart() throws Exception {
        models.add(signed("1.1.0"));
        models.add(signed("1.2.0"));
        models.activate(MODEL, "1.1.0");

        restart();

        assertThat(active()).isEqualTo("1.1.0");
    }

    @Test
    void rollingBackGoesToTheVersionBeforeAndStaysThere() throws Exception {
        models.add(signed("1.1.0"));
        models.activate(MODEL, "1.1.0");

        assertThat(models.rollback(MODEL).version()).isEqualTo("1.0.0");

        restart();
        assertThat(active()).isEqualTo("1.0.0");
        assertThatThrownBy(() -> models.rollback(MODEL))
                .hasMessage("model mote-detector has no version that was active before 1.0.0:"
                        + " activate one of its versions by name");
    }

    @Test
    void anActivationThatFailsIsForgotten() throws Exception {
        models.add(signed("1.1.0"));
        Files.delete(temp.resolve("added/mote-detector/1.1.0/model.int8.onnx"));

        assertThatThrownBy(() -> models.activate(MODEL, "1.1.0")).hasMessageContaining("model.int8.onnx");

        restart();
        assertThat(active()).isEqualTo("1.0.0");
    }

    @Test
    void anActiveVersionThatIsDamagedGivesWayToTheOneBefore() throws Exception {
        models.add(signed("1.1.0"));
        models.add(signed("1.2.0"));
        models.activate(MODEL, "1.1.0");
        models.activate(MODEL, "1.2.0");
        Files.write(temp.resolve("added/mote-detector/1.2.0/model.onnx"), new byte[] {0});

        restart();

        assertThat(active()).isEqualTo("1.1.0");
    }

    @Test
    void aDamagedListOfActiveVersionsIsNoReasonToServeNothing() throws Exception {
        models.add(signed("1.1.0"));
        models.activate(MODEL, "1.1.0");
        Files.writeString(temp.resolve("added/active.json"), "{\"mote-detector\": [\"1.");

        restart();

        assertThat(active()).isEqualTo("1.1.0");
    }

    @Test
    void anActivationThatWasCutOffLeavesTheOldOne() throws Exception {
        models.add(signed("1.1.0"));
        models.activate(MODEL, "1.1.0");
        models.rollback(MODEL);
        // As a power cut leaves them: the new list is half written, a package half copied.
        Files.writeString(temp.resolve("added/active.json.new"), "{\"mote-det");
        Files.createDirectories(temp.resolve("added/.incoming-1/unpacked"));

        restart();

        assertThat(active()).isEqualTo("1.0.0");
        assertThat(temp.resolve("added/.incoming-1")).doesNotExist();
    }

    @Test
    void onlyAddedVersionsThatAreNotInUseAreRemoved() throws Exception {
        models.add(signed("1.1.0"));
        models.activate(MODEL, "1.1.0");

        assertThatThrownBy(() -> models.remove(MODEL, "1.1.0")).hasMessageContaining("1.1.0 is active");
        assertThatThrownBy(() -> models.remove(MODEL, "1.0.0")).hasMessageContaining("belongs to the installation");
        assertThatThrownBy(() -> models.remove(MODEL, "9.0.0"))
                .hasMessageContaining("there is no version 9.0.0 of model mote-detector, there are [1.1.0, 1.0.0]");

        models.rollback(MODEL);
        models.remove(MODEL, "1.1.0");
        assertThat(models.versions()).extracting(ModelVersion::version).containsExactly("1.0.0");
    }

    @Test
    void aSwapUnderLoadFailsNoWindow() throws Exception {
        models.add(signed("1.1.0"));
        DynamicBatcher batcher = models.models()
                .open(MODEL, new BatchOptions(16, Duration.ZERO, 64), wanted -> new Placement(2, 1, "cpu"), "onnx:m");
        Answers answers = new Answers();
        AtomicInteger submitted = new AtomicInteger();
        AtomicBoolean loading = new AtomicBoolean(true);
        List<Window> windows = Packages.windows("mote-1");
        List<Thread> submitters = IntStream.range(0, 3)
                .mapToObj(i -> new Thread(() -> {
                    while (loading.get()) {
                        batcher.submit(windows.get(submitted.getAndIncrement() % 8), answers);
                    }
                }))
                .toList();
        submitters.forEach(Thread::start);

        for (int i = 0; i < 5; i++) {
            models.activate(MODEL, "1.1.0");
            models.rollback(MODEL);
        }
        loading.set(false);
        for (Thread submitter : submitters) {
            submitter.join();
        }
        models.models().release(MODEL);

        assertThat(answers.failures).isEmpty();
        assertThat(answers.scores).hasSize(submitted.get());
        assertThat(answers.scores.stream().map(score -> score.model().version()).distinct())
                .containsExactlyInAnyOrder("1.0.0", "1.1.0");
    }

    @Test
    void aZipWhosePathsLeaveThePackageIsRefused() throws Exception {
        for (String name : List.of("../../evil.txt", "/evil.txt", "a/../../evil.txt", "..\\evil.txt")) {
            Path zip = temp.resolve("evil.zip");
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
                entry(out, name, new byte[] {1});
            }

            assertRefused(zip, "has the entry " + name + ", which leads out of the package");
        }
        assertThat(temp.resolve("evil.txt")).doesNotExist();
    }

    @Test
    void aZipBombIsRefusedBeforeItFillsTheDisk() throws Exception {
        Path zip = temp.resolve("bomb.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            entry(out, "model.json", new byte[10_000_000]);
        }
        Path target = Files.createDirectories(temp.resolve("unpacked"));

        assertThat(Files.size(zip)).isLessThan(100_000);
        assertThatThrownBy(() -> new PackageZip(zip, 1_000_000).unpack(target))
                .hasMessageContaining("holds more than 1000000 bytes unpacked: nothing of it was installed");
        assertThat(Files.size(target.resolve("model.json"))).isLessThanOrEqualTo(1_000_000);
    }

    @Test
    void aZipOfVeryManyFilesIsRefused() throws Exception {
        Path zip = temp.resolve("many.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            IntStream.range(0, 1_001).forEach(i -> entry(out, "file-" + i, new byte[0]));
        }

        assertRefused(zip, "has more than 1000 entries");
    }

    @Test
    void aFileThatIsNoZipIsRefused() throws Exception {
        Path file = Files.writeString(temp.resolve("package.zip"), "this is no zip");

        assertRefused(file, "is no zip file or has nothing in it");
    }

    @Test
    void aTruncatedZipIsRefused() throws Exception {
        Path zip = zip(signed("1.1.0"), "");
        byte[] whole = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(whole, whole.length / 2));

        assertRefused(zip, zip.toString());
    }

    @Test
    void aZipWithoutAManifestIsRefused() throws Exception {
        Path zip = temp.resolve("empty.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            entry(out, "readme.txt", new byte[] {1});
        }

        assertRefused(zip, "has no model.json, neither at the top nor in its only folder");
    }

    private Path signed(OnnxGraph graph, String name, java.util.function.Consumer<ObjectNode> change) throws Exception {
        Path folder = OnnxPackage.writeUnrun(temp.resolve("outside"), name, graph);
        Packages.edit(folder, change);
        return sign(folder, operator.getPrivate());
    }

    @Test
    void aModelWhoseExternalDataIsMissingIsRefused() throws Exception {
        OnnxGraph graph = OnnxGraph.of(4, 2)
                .weightsElsewhere("bias", "weights.bin", 4, 2)
                .node("Add", List.of("input", "bias"), "sum")
                .reduceMean("sum", "score", 1, 2);

        assertRefused(signed(graph, "external", manifest -> {}), "model.onnx is not a model", "weights.bin");
    }

    @Test
    void aModelOfAnOpsetThatIsNotKnownIsRefused() throws Exception {
        OnnxGraph graph = OnnxGraph.mean(4, 2).opset(99);

        assertRefused(signed(graph, "future", manifest -> {}), "model.onnx is not a model", "opset");
    }

    @Test
    void aModelOfAnotherRankIsRefused() throws Exception {
        OnnxGraph graph = OnnxGraph.mean(4, 2);
        Path folder = signed(graph, "rank", manifest -> {
            Packages.array(manifest.get("outputs").get(0), "shape").add(1);
        });

        assertRefused(folder, "output score: model.json gives float32 [n,1], but the model has float32 [n]");
    }

    @Test
    void aFreeBatchIsRefusedWhereTheManifestFixesIt() throws Exception {
        Path folder = signed(OnnxGraph.mean(4, 2), "free", manifest -> {
            Packages.array(manifest.get("input"), "shape")
                    .set(0, com.fasterxml.jackson.databind.node.IntNode.valueOf(4));
            Packages.array(manifest.get("outputs").get(0), "shape")
                    .set(0, com.fasterxml.jackson.databind.node.IntNode.valueOf(4));
        });

        assertRefused(folder, "input input: model.json gives float32 [4,4,2], but the model has float32 [n,4,2]");
    }

    @Test
    void aManifestThatLiesAboutTheShapeIsRefused() throws Exception {
        // The file takes any length, so only a run can tell.
        OnnxGraph graph = OnnxGraph.of(4, 2)
                .anyLength()
                .weights("bias", new long[] {3, 2}, 1, 1, 1, 1, 1, 1)
                .node("Add", List.of("input", "bias"), "sum")
                .reduceMean("sum", "score", 1, 2);

        assertRefused(signed(graph, "liar", manifest -> {}), "fails on the golden samples");
    }

    @Test
    void aModelThatGivesNaNIsRefusedByItsGoldenSamples() throws Exception {
        OnnxGraph graph = OnnxGraph.of(4, 2)
                .weights("minus", new long[] {1}, -1)
                .node("Mul", List.of("input", "minus"), "negative")
                .reduceMean("negative", "mean", 1, 2)
                .node("Log", "mean", "score");

        assertRefused(signed(graph, "nan", manifest -> {}), "gives golden sample 0 the score NaN");
    }

    @Test
    void aCorruptModelWithItsSha256IsRefused() throws Exception {
        Path folder = unsigned("1.1.0");
        byte[] bytes = Files.readAllBytes(folder.resolve("model.onnx"));
        Arrays.fill(bytes, 100, 2_000, (byte) 0xFF);
        try (OutputStream out = Files.newOutputStream(folder.resolve("model.onnx"))) {
            out.write(bytes);
        }
        Packages.list(folder, "model.onnx");

        assertRefused(sign(folder, operator.getPrivate()), "model.onnx");
    }
}
