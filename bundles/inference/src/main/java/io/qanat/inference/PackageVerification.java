package io.qanat.inference;

import io.qanat.api.ModelCheck;
import io.qanat.api.ModelCheck.Result;
import io.qanat.api.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All checks of one package, each with what came out of it. A check that needs another one to pass is skipped where that
 * failed; the others are made all the same.
 *
 * <p>Threads: one.
 */
final class PackageVerification {
    private final List<ModelCheck> checks = new ArrayList<>();

    private PackageVerification() {}

    /** @param signature empty: it is not looked at */
    static List<ModelCheck> of(Path folderOrZip, Optional<PackageSignature> signature) {
        PackageVerification verification = new PackageVerification();
        verification.unpackAndVerify(folderOrZip, signature);
        return List.copyOf(verification.checks);
    }

    private void unpackAndVerify(Path folderOrZip, Optional<PackageSignature> signature) {
        if (Files.isDirectory(folderOrZip)) {
            verify(folderOrZip, signature);
            return;
        }
        Path temp = temp();
        try {
            check(
                            "zip",
                            () -> new PackageZip(folderOrZip, PackageStore.MOST_BYTES).unpack(temp),
                            unpacked -> "its paths stay inside it, within " + (PackageStore.MOST_BYTES >> 20) + " MiB")
                    .ifPresent(folder -> verify(folder, signature));
        } finally {
            PackageStore.delete(temp);
        }
    }

    private static Path temp() {
        try {
            return Files.createTempDirectory("qanat-package").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder for temporary files cannot be written to", e);
        }
    }

    private void verify(Path folder, Optional<PackageSignature> signature) {
        Optional<Manifest> manifest = check(
                "manifest",
                () -> ManifestReader.read(folder.resolve(ModelPackage.MANIFEST)),
                read -> read.name() + " " + read.version() + ", input "
                        + read.input().text() + ", runs " + read.defaultVariant() + " of " + variants(read));
        Optional<ModelPackage> found = manifest.flatMap(listing -> check(
                "files",
                () -> ModelPackage.read(folder),
                read -> listing.files().size() + " files have the sha256 that the manifest lists"));
        signature.ifPresentOrElse(
                policy -> check(
                        "signature", () -> policy.signer(folder), key -> "by the trusted key " + key.getFileName()),
                () -> skip("signature", "not asked for"));
        manifest.ifPresent(listing -> variants(listing).forEach(variant -> verify(found, variant)));
    }

    private static SortedSet<String> variants(Manifest manifest) {
        return new TreeSet<>(manifest.variants().keySet());
    }

    private void verify(Optional<ModelPackage> found, String variant) {
        if (found.isEmpty()) {
            skip("model " + variant, "the files of the package are not as the manifest lists them");
        }
        found.flatMap(read -> check(
                        "model " + variant,
                        () -> ModelSession.open(read.withVariant(variant), Placement.DEFAULT),
                        loaded -> "ONNX Runtime loads it, with the inputs and outputs of the manifest"))
                .ifPresentOrElse(
                        session -> selfTest(session, found.orElseThrow(), variant),
                        () -> skip("golden " + variant, "the model does not run"));
    }

    private void selfTest(ModelSession session, ModelPackage found, String variant) {
        try (session) {
            check(
                    "golden " + variant,
                    () -> selfTest(session, found.withVariant(variant)),
                    count -> count + " samples get their scores within the tolerance, together and each alone");
        }
    }

    private static Integer selfTest(ModelSession session, ModelPackage found) throws ModelException {
        GoldenSamples samples = found.golden();
        session.selfTest(samples);
        return samples.inputs().size();
    }

    private interface Step<T extends Object> {
        T make() throws ModelException;
    }

    private interface Detail<T> {
        String of(T made);
    }

    /** @return what it made, empty when it failed */
    private <T> Optional<T> check(String name, Step<T> step, Detail<T> detail) {
        try {
            T made = step.make();
            checks.add(new ModelCheck(name, Result.PASSED, detail.of(made)));
            return Optional.of(made);
        } catch (ModelException e) {
            checks.add(new ModelCheck(name, Result.FAILED, String.valueOf(e.getMessage())));
        } catch (LinkageError e) {
            checks.add(new ModelCheck(
                    name,
                    Result.FAILED,
                    "ONNX Runtime does not work here (" + e + "): install io.qanat.onnxruntime for this processor"));
        }
        return Optional.empty();
    }

    private void skip(String name, String why) {
        checks.add(new ModelCheck(name, Result.SKIPPED, why));
    }
}
