package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A model package on disk whose files are those that its manifest lists.
 *
 * <pre>
 * mote-detector/1.0.0/
 *   model.json           the manifest, with the sha256 of the files below
 *   model.onnx           one file per variant
 *   model.int8.onnx
 *   golden/samples.json  windows and the scores that each variant must give
 * </pre>
 *
 * @param folder the real path of the package
 * @param manifest what its {@code model.json} says
 * @param variant the one that runs: the package's own choice, or that of whoever activates it
 */
record ModelPackage(Path folder, Manifest manifest, Manifest.Variant variant) {
    static final String MANIFEST = "model.json";
    private static final int CHUNK = 1 << 16;

    /** Reads a package and checks each file that the manifest lists. */
    static ModelPackage read(Path folder) throws ModelException {
        Path real = real(folder);
        Manifest manifest = ManifestReader.read(real.resolve(MANIFEST));
        ModelPackage found = new ModelPackage(real, manifest, variant(real, manifest, manifest.defaultVariant()));
        for (Map.Entry<String, String> file : new TreeMap<>(found.manifest.files()).entrySet()) {
            found.verify(file.getKey(), file.getValue());
        }
        return found;
    }

    private static Manifest.Variant variant(Path folder, Manifest manifest, String name) throws ModelException {
        Manifest.Variant variant = manifest.variants().get(name);
        if (variant == null) {
            throw new ModelException(folder.resolve(MANIFEST) + " has no variant " + name + ": it has "
                    + new TreeSet<>(manifest.variants().keySet()) + ", ask for one of these");
        }
        return variant;
    }

    /**
     * The same package with another variant of it.
     *
     * @param name of the variant; empty: no other one
     */
    ModelPackage withVariant(String name) throws ModelException {
        return name.isEmpty() ? this : new ModelPackage(folder, manifest, variant(folder, manifest, name));
    }

    private static Path real(Path folder) throws ModelException {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new ModelException(
                    "model package " + folder + " cannot be opened (" + e + "): give the folder that holds its "
                            + MANIFEST,
                    e);
        }
    }

    private void verify(String name, String expected) throws ModelException {
        Path file = file(name);
        String actual = sha256(file);
        if (!actual.equals(expected)) {
            throw new ModelException(file + " has the sha256 " + actual + ", but " + MANIFEST + " lists " + expected
                    + ": the file is damaged or was changed, install the package again");
        }
    }

    private Path file(String name) throws ModelException {
        Path file = folder.resolve(name).normalize();
        // The real path too: a link must not lead out of the package either.
        if (!file.startsWith(folder) || !real(file, name).startsWith(folder)) {
            throw new ModelException(
                    folder.resolve(MANIFEST) + ", field files: expected paths inside the package, found " + name);
        }
        return file;
    }

    private static Path real(Path file, String name) throws ModelException {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new ModelException(
                    file + " cannot be opened (" + e + "), but " + MANIFEST + " lists " + name
                            + ": install the package again",
                    e);
        }
    }

    private static String sha256(Path file) throws ModelException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            byte[] chunk = new byte[CHUNK];
            while (digest.read(chunk) >= 0) {
                // Reading is all: the stream digests what passes.
            }
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read (" + e + "): install the package again", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }

    /** The file of the variant that runs, checked again: it may be loaded long after the package was read. */
    Path modelFile() throws ModelException {
        String name = variant.file();
        verify(name, manifest.files().getOrDefault(name, ""));
        return file(name);
    }

    GoldenSamples golden() throws ModelException {
        return GoldenSamples.read(file(manifest.golden()), manifest, variant.name());
    }

    /** Names the variant that runs. */
    ModelRef ref() {
        String sha256 = manifest.files().getOrDefault(variant.file(), "");
        return new ModelRef(manifest.name(), manifest.version(), variant.name(), sha256);
    }
}
