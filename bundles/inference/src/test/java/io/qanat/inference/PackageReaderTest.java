package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qanat.api.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever is in a package: it is read, or refused with a message. Nothing else is thrown, and nothing hangs. */
class PackageReaderTest {
    private static final byte[] MANIFEST = read(Packages.shipped().resolve("model.json"));
    private static final byte[] GOLDEN = read(Packages.shipped().resolve("golden/samples.json"));
    private static final byte[] ZIP = zip();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static @Nullable Path temp;

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] zip() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes);
                Stream<Path> files = Files.walk(Packages.shipped())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new ZipEntry(Packages.shipped().relativize(file).toString()));
                out.write(read(file));
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @BeforeContainer
    static void makeFolder() throws IOException {
        temp = Files.createTempDirectory("qanat-packages");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder())) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    private static Path folder() {
        return java.util.Objects.requireNonNull(temp);
    }

    private static void assertReadOrRefused(Reader reader) throws IOException {
        try {
            reader.read();
        } catch (ModelException e) {
            assertThat(e.getMessage()).isNotBlank().contains(folder().toString());
        }
    }

    @Property(tries = 500)
    void aManifestWithABrokenByteIsReadOrRefused(
            @ForAll @IntRange(max = 4_000) int place, @ForAll byte value, @ForAll @IntRange(max = 3) int count)
            throws IOException {
        byte[] bytes = MANIFEST.clone();
        for (int i = 0; i <= count; i++) {
            bytes[(place + i) % bytes.length] = value;
        }
        Files.write(folder().resolve("model.json"), bytes);

        assertReadOrRefused(() -> ManifestReader.read(folder().resolve("model.json")));
    }

    @Property(tries = 300)
    void aManifestThatEndsEarlyIsRefused(@ForAll @IntRange(max = 4_000) int length) throws IOException {
        Files.write(folder().resolve("model.json"), java.util.Arrays.copyOf(MANIFEST, length % MANIFEST.length));

        assertReadOrRefused(() -> ManifestReader.read(folder().resolve("model.json")));
    }

    @Property(tries = 300)
    void aZipOfAnyBytesIsUnpackedOrRefused(@ForAll @Size(max = 300) byte[] bytes) throws IOException {
        // With the signature of a zip's first entry, so that what follows is read at all.
        byte[] zip = new byte[bytes.length + 4];
        zip[0] = 'P';
        zip[1] = 'K';
        zip[2] = 3;
        zip[3] = 4;
        System.arraycopy(bytes, 0, zip, 4, bytes.length);
        Path file = Files.write(folder().resolve("package.zip"), zip);
        Path target = Files.createTempDirectory(folder(), "unpacked");

        assertReadOrRefused(() -> new PackageZip(file, 1_000_000).unpack(target));
    }

    /** A whole package as a zip, from which a few bytes are changed: the central directory, a length or what is packed. */
    @Property(tries = 200)
    void aZipWithBrokenBytesIsTakenInOrRefused(
            @ForAll @IntRange(max = 1_000_000) int place, @ForAll byte value, @ForAll @IntRange(max = 8) int count)
            throws IOException {
        byte[] bytes = ZIP.clone();
        for (int i = 0; i <= count; i++) {
            bytes[(place + i) % bytes.length] = value;
        }
        Path file = Files.write(folder().resolve("package.zip"), bytes);
        Path target = Files.createTempDirectory(folder(), "unpacked");

        assertReadOrRefused(() -> ModelPackage.read(new PackageZip(file, 10_000_000).unpack(target)));
        WatchedDirectory.isWholeZip(file);
        PackageStore.delete(target);
    }

    /** One field of the manifest is replaced by something of any type, or taken away. */
    @Property(tries = 500)
    void aManifestWithAFieldOfAnotherTypeIsReadOrRefused(
            @ForAll @IntRange(max = 1_000) int place, @ForAll("values") JsonNode value) throws IOException {
        JsonNode top = JSON.readTree(MANIFEST);
        replace(top, place, value);
        Files.write(folder().resolve("model.json"), JSON.writeValueAsBytes(top));

        assertReadOrRefused(() -> ManifestReader.read(folder().resolve("model.json")));
    }

    @Example
    void aShapeOfMoreValuesThanAnArrayHoldsIsRefused() throws IOException {
        JsonNode top = JSON.readTree(MANIFEST);
        ((ObjectNode) top.get("outputs").get(0)).set("shape", json("[null, 2147483647, 2147483647]"));
        Path file = Files.write(folder().resolve("model.json"), JSON.writeValueAsBytes(top));

        assertThatThrownBy(() -> ManifestReader.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("field outputs[0].shape: expected at most 33554432 values");
    }

    @Property(tries = 500)
    void goldenSamplesWithAFieldOfAnotherTypeAreReadOrRefused(
            @ForAll @IntRange(max = 1_000) int place, @ForAll("values") JsonNode value) throws Exception {
        Manifest manifest = ManifestReader.read(Packages.shipped().resolve("model.json"));
        JsonNode top = JSON.readTree(GOLDEN);
        replace(top, place, value);
        Path file = Files.write(folder().resolve("samples.json"), JSON.writeValueAsBytes(top));

        assertReadOrRefused(() -> GoldenSamples.read(file, manifest, "int8"));
    }

    @Provide
    Arbitrary<JsonNode> values() {
        return Arbitraries.of(
                        "null",
                        "true",
                        "0",
                        "-1",
                        "1e400",
                        "4294967296",
                        "0.5",
                        "\"\"",
                        "\"../../escape\"",
                        "\"\\u0000\"",
                        "[]",
                        "[[]]",
                        "[null, 2147483647, 2147483647]",
                        "{}",
                        "{\"name\": 1}")
                .map(PackageReaderTest::json);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** In the place that comes up when the nodes are counted from the top. */
    private static void replace(JsonNode top, int place, JsonNode value) {
        List<JsonNode> parents = new ArrayList<>();
        collect(top, parents);
        JsonNode parent = parents.get(place % parents.size());
        int child = place / parents.size() % parent.size();
        if (parent instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            object.set(names.get(child), value);
        } else {
            ((ArrayNode) parent).set(child, value);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> parents) {
        if (!node.isEmpty()) {
            parents.add(node);
            node.forEach(child -> collect(child, parents));
        }
    }

    private interface Reader {
        void read() throws ModelException, IOException;
    }
}
