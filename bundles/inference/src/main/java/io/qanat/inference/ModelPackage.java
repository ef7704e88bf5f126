package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A model package whose manifest is sound and whose files are those that the manifest lists. The graph itself is
 * checked when it is loaded.
 *
 * @param folder of the package
 * @param manifest what its {@code model.json} says
 * @param variant the one to run
 * @param golden what the variant must score
 */
record ModelPackage(Path folder, ModelManifest manifest, Variant variant, GoldenSamples golden) {
    private static final String MANIFEST = "model.json";

    static ModelPackage read(Path folder) throws ModelException {
        Path file = folder.resolve(MANIFEST);
        if (!Files.isRegularFile(file)) {
            throw new ModelException("no " + MANIFEST + " in " + folder
                    + ": give the folder of a model package, such as models/<name>/<version>");
        }
        ModelManifest manifest = ManifestReader.read(file);
        for (Map.Entry<String, String> entry : manifest.files().entrySet()) {
            requireUnchanged(folder, entry.getKey(), entry.getValue());
        }
        Variant variant = manifest.variant();
        Path golden = folder.resolve(manifest.golden());
        return new ModelPackage(
                folder, manifest, variant, GoldenSamples.read(golden, manifest.window(), variant.name()));
    }

    /** The graph to run. */
    Path graph() {
        return folder.resolve(variant.file());
    }

    ModelRef ref() {
        String sha256 = manifest.files().getOrDefault(variant.file(), "");
        return new ModelRef(manifest.name(), manifest.version(), variant.name(), sha256);
    }

    private static void requireUnchanged(Path folder, String path, String expected) throws ModelException {
        String found = sha256(inside(folder, path));
        if (!found.equals(expected)) {
            throw new ModelException(folder.resolve(path) + " has SHA-256 " + found + ", " + MANIFEST + " says "
                    + expected + ": the package is damaged or was changed, copy it again");
        }
    }

    /** A package must not reach for files of others, not by {@code ..} and not by a link. */
    private static Path inside(Path folder, String path) throws ModelException {
        try {
            Path file = folder.resolve(path).toRealPath();
            if (file.startsWith(folder.toRealPath())) {
                return file;
            }
        } catch (InvalidPathException | IOException e) {
            throw new ModelException(
                    folder.resolve(MANIFEST) + " lists " + path + ", which cannot be read: copy the package again", e);
        }
        throw new ModelException(folder.resolve(MANIFEST) + " lists " + path
                + ", which is outside of the package: every file must be in its folder");
    }

    private static String sha256(Path file) throws ModelException {
        try (InputStream content = Files.newInputStream(file)) {
            DigestInputStream digested = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"));
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (IOException e) {
            throw new ModelException("cannot read " + file + ": " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}
