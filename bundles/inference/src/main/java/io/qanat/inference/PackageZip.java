package io.qanat.inference;

import io.qanat.api.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A model package as one zip file: its files at the top, or in one folder.
 *
 * @param file the zip
 * @param mostBytes how much it may hold unpacked: beyond that it is taken for a bomb
 */
record PackageZip(Path file, long mostBytes) {
    private static final int MOST_FILES = 1_000;
    private static final int CHUNK = 1 << 16;

    /**
     * Unpacks it.
     *
     * @param target an empty directory
     * @return the folder with {@code model.json}, in the target
     */
    Path unpack(Path target) throws ModelException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            long left = mostBytes;
            int files = 0;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (++files > MOST_FILES) {
                    throw wrong("has more than " + MOST_FILES + " entries");
                }
                left -= unpack(entry, zip, target, left);
            }
            if (files == 0) {
                throw wrong("is no zip file or has nothing in it");
            }
            return packageFolder(target);
        } catch (FileAlreadyExistsException e) {
            throw wrong("has two entries " + target.relativize(Path.of(e.getFile())));
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelException(
                    file + " cannot be unpacked (" + e + "): it is damaged or there is no space; get it again", e);
        }
    }

    private long unpack(ZipEntry entry, InputStream content, Path target, long most)
            throws IOException, ModelException {
        Path path = path(entry, target);
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return 0;
        }
        Files.createDirectories(path.getParent());
        try (OutputStream out = Files.newOutputStream(path, java.nio.file.StandardOpenOption.CREATE_NEW)) {
            return copy(content, out, most);
        }
    }

    private Path path(ZipEntry entry, Path target) throws ModelException {
        try {
            Path path = target.resolve(entry.getName()).normalize();
            if (path.startsWith(target) && !entry.getName().contains("\\")) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new ModelException(
                    file + " has an entry whose name is no path (" + e.getMessage() + "): get it again", e);
        }
        throw wrong("has the entry " + entry.getName() + ", which leads out of the package");
    }

    // What is written counts, not what the zip says of itself.
    private long copy(InputStream content, OutputStream out, long most) throws IOException, ModelException {
        byte[] chunk = new byte[CHUNK];
        long written = 0;
        for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
            written += read;
            if (written > most) {
                throw wrong("holds more than " + mostBytes + " bytes unpacked");
            }
            out.write(chunk, 0, read);
        }
        return written;
    }

    private Path packageFolder(Path target) throws IOException, ModelException {
        Path folder = target;
        while (!Files.exists(folder.resolve(ModelPackage.MANIFEST))) {
            try (Stream<Path> entries = Files.list(folder)) {
                Path[] all = entries.toArray(Path[]::new);
                if (all.length != 1 || !Files.isDirectory(all[0])) {
                    throw wrong("has no " + ModelPackage.MANIFEST + ", neither at the top nor in its only folder");
                }
                folder = all[0];
            }
        }
        return folder;
    }

    private ModelException wrong(String what) {
        return new ModelException(file + " " + what + ": nothing of it was installed; get the package again");
    }
}
