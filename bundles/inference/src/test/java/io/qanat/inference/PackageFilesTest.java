package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelCheck;
import io.qanat.api.ModelCheck.Result;
import io.qanat.api.ModelException;
import io.qanat.api.ModelPackages.KeyKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages and keys as files, without a gateway. */
@Timeout(120)
class PackageFilesTest {
    private final PackageFiles files = new PackageFiles();
    private final Path temp;
    private final Path trusted;
    private final Path folder;
    private final Path key;

    PackageFilesTest(@TempDir Path temp) throws Exception {
        this.temp = temp;
        this.trusted = Files.createDirectories(temp.resolve("trusted"));
        this.folder = Packages.copy(temp, "1.1.0");
        this.key = temp.resolve("operator.key");
        files.makeKey(key, trusted.resolve("operator.pem"), KeyKind.ED25519);
    }

    private List<ModelCheck> verify(Path folderOrZip) {
        return files.verify(folderOrZip, Optional.of(trusted));
    }

    private static List<String> names(List<ModelCheck> checks, Result result) {
        return checks.stream()
                .filter(check -> check.result() == result)
                .map(ModelCheck::name)
                .toList();
    }

    private static String detail(List<ModelCheck> checks, String name) {
        return checks.stream()
                .filter(check -> check.name().equals(name))
                .map(ModelCheck::detail)
                .findFirst()
                .orElse("no check " + name);
    }

    @Test
    void aSignedPackagePassesEveryCheckOfEveryVariant() throws Exception {
        files.sign(folder, key);

        List<ModelCheck> checks = verify(folder);

        assertThat(names(checks, Result.PASSED))
                .containsExactly(
                        "manifest", "files", "signature", "model fp32", "golden fp32", "model int8", "golden int8")
                .hasSameSizeAs(checks);
        assertThat(detail(checks, "signature")).isEqualTo("by the trusted key operator.pem");
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void aKeyOfEachKindSignsWhatAGatewayTakesIn(KeyKind kind) throws Exception {
        Path other = temp.resolve("other.key");
        files.makeKey(other, trusted.resolve("other.pem"), kind);
        files.sign(folder, other);
        InstalledModels models = new InstalledModels(
                temp.resolve("models"),
                temp.resolve("added"),
                new PackageSignature(PackageSignature.Policy.REQUIRE, trusted));

        assertThat(models.add(folder).version()).isEqualTo("1.1.0");
        assertThat(detail(verify(folder), "signature")).isEqualTo("by the trusted key other.pem");
        models.close();
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void keysAndSignaturesOfOpensslAreRead(KeyKind kind) throws Exception {
        assumeTrue(openssl("version") == 0, "openssl is not installed: its keys are not tried");
        String[] algorithm = kind == KeyKind.EC
                ? new String[] {"EC", "-pkeyopt", "ec_paramgen_curve:P-256"}
                : new String[] {"ed25519"};
        String[] generate = Stream.concat(
                        Stream.of("genpkey", "-out", temp.resolve("openssl.key").toString(), "-algorithm"),
                        Stream.of(algorithm))
                .toArray(String[]::new);
        assertThat(openssl(generate)).isZero();
        assertThat(openssl(
                        "pkey",
                        "-pubout",
                        "-in",
                        temp.resolve("openssl.key").toString(),
                        "-out",
                        trusted.resolve("openssl.pem").toString()))
                .isZero();
        Path raw = temp.resolve("raw");
        assertThat(openssl(
                        "pkeyutl",
                        "-sign",
                        "-rawin",
                        "-inkey",
                        temp.resolve("openssl.key").toString(),
                        "-in",
                        folder.resolve("model.json").toString(),
                        "-out",
                        raw.toString()))
                .isZero();

        Files.write(
                folder.resolve("signature"), java.util.Base64.getMimeEncoder().encode(Files.readAllBytes(raw)));
        assertThat(detail(verify(folder), "signature")).isEqualTo("by the trusted key openssl.pem");
        files.sign(folder, temp.resolve("openssl.key"));
        assertThat(detail(verify(folder), "signature")).isEqualTo("by the trusted key openssl.pem");
    }

    private static int openssl(String... arguments) throws InterruptedException {
        try {
            return new ProcessBuilder(Stream.concat(Stream.of("openssl"), Stream.of(arguments))
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void aZipIsVerifiedAsItsFolderIs() throws Exception {
        files.sign(folder, key);

        List<ModelCheck> checks = verify(zip());

        assertThat(names(checks, Result.PASSED))
                .contains("zip", "signature", "golden int8")
                .hasSameSizeAs(checks);
    }

    private Path zip() throws IOException {
        Path zip = temp.resolve("package.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                out.write(Files.readAllBytes(file));
                out.closeEntry();
            }
        }
        return zip;
    }

    @Test
    void aPackageWithoutASignatureFailsOnlyThatCheck() {
        List<ModelCheck> checks = verify(folder);

        assertThat(names(checks, Result.FAILED)).containsExactly("signature");
        assertThat(detail(checks, "signature")).contains("has no file signature");
        assertThat(names(files.verify(folder, Optional.empty()), Result.SKIPPED))
                .containsExactly("signature");
    }

    @Test
    void aPackageSignedByAStrangerFails() throws Exception {
        files.makeKey(temp.resolve("stranger.key"), temp.resolve("stranger.pem"), KeyKind.EC);
        files.sign(folder, temp.resolve("stranger.key"));

        assertThat(detail(verify(folder), "signature")).contains("is by none of the trusted keys [operator.pem]");
    }

    @Test
    void aChangedFileFailsAndWhatNeedsItIsSkipped() throws Exception {
        files.sign(folder, key);
        try (OutputStream more =
                Files.newOutputStream(folder.resolve("model.onnx"), java.nio.file.StandardOpenOption.APPEND)) {
            more.write(0);
        }

        List<ModelCheck> checks = verify(folder);

        assertThat(names(checks, Result.FAILED)).containsExactly("files");
        assertThat(names(checks, Result.SKIPPED))
                .containsExactly("model fp32", "golden fp32", "model int8", "golden int8");
        assertThat(names(checks, Result.PASSED)).containsExactly("manifest", "signature");
    }

    @Test
    void aVariantThatComputesSomethingElseFailsAlone() throws Exception {
        Packages.editGolden(
                folder, samples -> ((ObjectNode) samples.get("expected").get("fp32"))
                        .set("score", samples.at("/expected/int8/score").deepCopy()));

        List<ModelCheck> checks = files.verify(folder, Optional.empty());

        assertThat(names(checks, Result.FAILED)).containsExactly("golden fp32");
        assertThat(names(checks, Result.PASSED)).contains("golden int8");
    }

    @Test
    void aFileThatIsNoPackageFails() throws Exception {
        Path file = Files.writeString(temp.resolve("package.zip"), "no zip");

        assertThat(names(verify(file), Result.FAILED)).containsExactly("zip");
        assertThat(names(verify(temp.resolve("nowhere")), Result.FAILED)).containsExactly("zip");
        assertThat(names(verify(trusted), Result.FAILED)).contains("manifest");
    }

    @Test
    void aPackageWithADamagedFileIsNotSigned() throws Exception {
        Files.writeString(folder.resolve("model.onnx"), "damaged");

        assertThatThrownBy(() -> files.sign(folder, key))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("has the sha256");
        assertThat(folder.resolve("signature")).doesNotExist();
    }

    @Test
    void aPrivateKeyIsForItsOwnerOnlyAndNeverOverwritten() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> files.makeKey(key, temp.resolve("new.pem"), KeyKind.ED25519))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("operator.key is there already");
        assertThatThrownBy(
                        () -> files.makeKey(temp.resolve("new.key"), trusted.resolve("operator.pem"), KeyKind.ED25519))
                .hasMessageContaining("operator.pem is there already");
        assertThat(temp.resolve("new.key")).doesNotExist();
    }

    @Test
    void aKeyThatCannotBeUsedIsToldWithWhatToDo() throws Exception {
        Path sec1 = Files.writeString(
                temp.resolve("sec1.key"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        Path rsa = temp.resolve("rsa.key");
        byte[] encoded = java.security.KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Files.writeString(
                rsa,
                "-----BEGIN PRIVATE KEY-----\n"
                        + new String(java.util.Base64.getMimeEncoder().encode(encoded), StandardCharsets.US_ASCII)
                        + "\n-----END PRIVATE KEY-----\n");

        assertThatThrownBy(() -> files.sign(folder, sec1))
                .hasMessageContaining("but a block BEGIN EC PRIVATE KEY")
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
        assertThatThrownBy(() -> files.sign(folder, rsa))
                .hasMessageContaining("rsa.key is not a private Ed25519 or EC P-256 key");
        assertThatThrownBy(() -> files.sign(folder, trusted.resolve("operator.pem")))
                .hasMessageContaining("has no block BEGIN PRIVATE KEY but a block BEGIN PUBLIC KEY");
    }
}
