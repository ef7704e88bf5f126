package io.qanat.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A disk of its own, an ext4 file system in an image file, on which power can fail: the image holds what was flushed to it
 * and nothing of what is only in the page cache, so a copy of the image is what a power cut would leave.
 *
 * <p>It needs root, a free loop device and mkfs.ext4. Threads: one at a time.
 */
final class LoopDisk implements AutoCloseable {
    private static final String SIZE = "96M";

    private final Path image;
    private final Path copy;
    private final Path mountPoint;

    private LoopDisk(Path image, Path mountPoint) {
        this.image = image;
        this.copy = image.resolveSibling("after-" + image.getFileName());
        this.mountPoint = mountPoint;
    }

    /** Whether this machine can do it. */
    static boolean isPossible() {
        return "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/dev/loop-control"))
                && Stream.of("/usr/sbin/mkfs.ext4", "/sbin/mkfs.ext4").anyMatch(file -> Files.exists(Path.of(file)));
    }

    /** Makes the disk, moves what is in the folder onto it and mounts it there. */
    static LoopDisk under(Path folder, Path image) throws IOException, InterruptedException {
        LoopDisk disk = new LoopDisk(image, folder);
        run("truncate", "-s", SIZE, image.toString());
        run("mkfs.ext4", "-q", image.toString());
        Path aside = Files.move(folder, folder.resolveSibling(folder.getFileName() + "-before"));
        Files.createDirectory(folder);
        disk.mount(image);
        run("cp", "-a", aside + "/.", folder.toString());
        run("sync", "-f", folder.toString());
        return disk;
    }

    /** Without the file system's own flush every 5 s, so that only what is flushed on purpose gets onto the disk. */
    private void mount(Path file) throws IOException, InterruptedException {
        run("mount", "-o", "loop,commit=600", file.toString(), mountPoint.toString());
    }

    /** The moment at which power fails: what is on the disk now is kept for {@link #powerReturns}. */
    void powerFails() throws IOException, InterruptedException {
        run("cp", "--sparse=always", image.toString(), copy.toString());
    }

    /** Mounts what was on the disk when power failed; whoever wrote to it must be dead. */
    void powerReturns() throws IOException, InterruptedException {
        close();
        mount(copy);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", mountPoint.toString());
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(List.of(command) + " failed: " + output.strip());
        }
    }
}
