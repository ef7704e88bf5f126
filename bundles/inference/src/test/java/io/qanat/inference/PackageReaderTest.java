package io.qanat.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Whatever is in a package: it is read, or refused with a message. Nothing else is thrown, and nothing hangs. */
class PackageReaderTest {
    private static final byte[] MANIFEST = read(Packages.shipped().resolve("model.json"));
    private static @Nullable Path temp;

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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

    private interface Reader {
        void read() throws ModelException, IOException;
    }
}
