package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qanat.api.ModelException;
import io.qanat.api.ModelPackages.KeyKind;
import io.qanat.api.ModelRef;
import io.qanat.api.ModelVersion;
import io.qanat.api.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packages that somebody copies into a directory. The test says when it is looked at, and what time it is. */
@Timeout(120)
class WatchedDirectoryTest {
    private static final String MODEL = "mote-detector";

    private final Path temp;
    private final Path drop;
    private final Path key;
    private final InstalledModels models;
    private final WatchedDirectory watched;
    private long now;

    WatchedDirectoryTest(@TempDir Path temp) throws Exception {
        this.temp = temp;
        this.drop = Files.createDirectories(temp.resolve("drop"));
        this.key = temp.resolve("operator.key");
        Files.createDirectories(temp.resolve("keys"));
        SigningKeys.make(key, temp.resolve("keys/operator.pem"), KeyKind.ED25519);
        Packages.copy(temp.resolve("models").resolve(MODEL), "1.0.0");
        this.models = open(Optional.empty());
        this.watched = models.watched(drop, () -> now);
    }

    private InstalledModels open(Optional<InstalledModels.Watch> watch) {
        return new InstalledModels(
                temp.resolve("models"),
                temp.resolve("added"),
                new PackageSignature(PackageSignature.Policy.REQUIRE, temp.resolve("keys")),
                RollbackLimits.DEFAULT,
                watch);
    }

    @AfterEach
    void close() {
        watched.close();
        models.close();
    }

    private Path signed(String version) throws Exception {
        Path folder = Packages.copy(temp.resolve("outside"), version);
        PackageSignature.sign(folder, SigningKeys.privateKey(key));
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    private Path zip(Path folder) throws IOException {
        Path zip = temp.resolve(folder.getFileName() + ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        return zip;
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watched.look();
            now += TimeUnit.SECONDS.toNanos(5);
        }
    }

    private List<String> versions() {
        return models.versions().stream().map(ModelVersion::version).toList();
    }

    private Map<String, String> refusals() {
        return watched.status().facts();
    }

    @Test
    void aFolderIsAddedOnceItDoesNotChangeAnyMore() throws Exception {
        copy(signed("1.1.0"), drop.resolve("new"));

        look(1);
        assertThat(versions()).containsExactly("1.0.0");
        look(1);
        assertThat(versions()).containsExactly("1.1.0", "1.0.0");
        assertThat(models.active(MODEL)).map(ModelRef::version).contains("1.0.0");
    }

    @Test
    void aZipIsAdded() throws Exception {
        Files.copy(zip(signed("1.1.0")), drop.resolve("new.zip"));

        look(2);

        assertThat(versions()).containsExactly("1.1.0", "1.0.0");
    }

    @Test
    void aHalfCopiedZipIsNotTouchedUntilItIsComplete() throws Exception {
        byte[] whole = Files.readAllBytes(zip(signed("1.1.0")));
        Path target = drop.resolve("new.zip");

        Files.write(target, java.util.Arrays.copyOf(whole, whole.length / 2));
        look(5);
        assertThat(refusals()).doesNotContainKey("refused.new.zip");
        Files.write(target, whole);
        look(2);

        assertThat(versions()).contains("1.1.0");
    }

    @Test
    void aHalfCopiedFolderIsNotTouchedUntilItIsCompleteAndSigned() throws Exception {
        Path source = signed("1.1.0");
        Path target = drop.resolve("new");
        copy(source, target);
        byte[] model = Files.readAllBytes(source.resolve("model.onnx"));
        Files.delete(target.resolve("signature"));
        Files.write(target.resolve("model.onnx"), java.util.Arrays.copyOf(model, 100));

        look(3);
        Files.write(target.resolve("model.onnx"), model);
        look(3);
        assertThat(refusals()).doesNotContainKey("refused.new");
        assertThat(versions()).containsExactly("1.0.0");
        Files.copy(source.resolve("signature"), target.resolve("signature"));
        look(2);

        assertThat(versions()).contains("1.1.0");
    }

    @Test
    void whatStaysHalfForAMinuteIsRefusedWithItsReason() throws Exception {
        byte[] whole = Files.readAllBytes(zip(signed("1.1.0")));
        Files.write(drop.resolve("new.zip"), java.util.Arrays.copyOf(whole, whole.length / 2));

        look(14);

        assertThat(refusals().get("refused.new.zip")).contains("new.zip cannot be unpacked");
        assertThat(versions()).containsExactly("1.0.0");
    }

    @Test
    void aBadPackageIsTriedOnceAndAgainOnlyWhenItChanges() throws Exception {
        Tries tries = new Tries();
        WatchedDirectory counting = new WatchedDirectory(drop, tries, () -> now);
        Path bad = Files.writeString(drop.resolve("bad.zip"), "no zip");

        for (int i = 0; i < 30; i++) {
            counting.look();
        }
        assertThat(tries.count).isEqualTo(1);
        assertThat(counting.status().facts()).containsEntry("refused.bad.zip", "bad");
        assertThat(counting.status().count("watched.refused")).isEqualTo(1);
        Files.writeString(bad, "another one that is no zip");
        for (int i = 0; i < 30; i++) {
            counting.look();
        }
        assertThat(tries.count).isEqualTo(2);
        Files.delete(bad);
        counting.look();
        assertThat(counting.status().facts()).doesNotContainKey("refused.bad.zip");
        counting.close();
    }

    private static final class Tries implements WatchedDirectory.Taker {
        private int count;

        @Override
        public ModelRef add(Path folderOrZip) throws ModelException {
            count++;
            throw new ModelException("bad");
        }

        @Override
        public boolean isComplete(Path folderOrZip) {
            return true;
        }
    }

    @Test
    void aPackageSignedByAStrangerIsRefused() throws Exception {
        SigningKeys.make(temp.resolve("stranger.key"), temp.resolve("stranger.pem"), KeyKind.ED25519);
        Path folder = Packages.copy(temp.resolve("outside"), "1.1.0");
        PackageSignature.sign(folder, SigningKeys.privateKey(temp.resolve("stranger.key")));
        copy(folder, drop.resolve("new"));

        look(3);

        assertThat(refusals().get("refused.new")).contains("is by none of the trusted keys [operator.pem]");
        assertThat(versions()).containsExactly("1.0.0");
    }

    @Test
    void whatIsStillBeingWrittenUnderAnotherNameIsLeftAlone() throws Exception {
        Path source = signed("1.1.0");
        copy(source, drop.resolve(".new"));
        copy(source, drop.resolve("new.part"));
        Files.writeString(drop.resolve("README.txt"), "Put packages here.");

        look(20);

        assertThat(versions()).containsExactly("1.0.0");
        assertThat(watched.status().count("watched.waiting")).isZero();
    }

    @Test
    void aDirectoryThatIsNotThereYetIsLookedAtLater() throws Exception {
        Files.delete(drop);
        look(3);
        copy(signed("1.1.0"), drop.resolve("new"));

        look(2);

        assertThat(versions()).contains("1.1.0");
    }

    @Test
    void theRepositoryLooksByItselfWhereItIsTold() throws Exception {
        copy(signed("1.1.0"), drop.resolve("new"));
        models.close();

        InstalledModels watching = open(Optional.of(new InstalledModels.Watch(drop, Duration.ofSeconds(1))));

        await().until(() -> watching.versions().size() == 2);
        await().untilAsserted(() -> assertThat(watching.status())
                .filteredOn(status -> status.stage().equals("models"))
                .map((StageStatus status) -> status.count("watched.added"))
                .containsExactly(1L));
        watching.close();
        assertThatThrownBy(() -> new InstalledModels.Watch(drop, Duration.ZERO))
                .hasMessage("watchSeconds is 0: it must be 1 to 3600");
    }
}
