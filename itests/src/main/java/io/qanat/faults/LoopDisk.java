package io.qanat.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        Shell.run("truncate", "-s", SIZE, image.toString());
        Shell.run("mkfs.ext4", "-q", image.toString());
        Path aside = Files.move(folder, folder.resolveSibling(folder.getFileName() + "-before"));
        Files.createDirectory(folder);
        disk.mount(image);
        Shell.run("cp", "-a", aside + "/.", folder.toString());
        Shell.run("sync", "-f", folder.toString());
        return disk;
    }

    /** Without the file system's own flush every 5 s, so that only what is flushed on purpose gets onto the disk. */
    private void mount(Path file) throws IOException, InterruptedException {
        Shell.run("mount", "-o", "loop,commit=600", file.toString(), mountPoint.toString());
    }

    /** The moment at which power fails: what is on the disk now is kept for {@link #powerReturns}. */
    void powerFails() throws IOException, InterruptedException {
        Shell.run("cp", "--sparse=always", image.toString(), copy.toString());
    }

    /** Mounts what was on the disk when power failed; whoever wrote to it must be dead. */
    void powerReturns() throws IOException, InterruptedException {
        close();
        mount(copy);
    }

    /** Leaves no room, also not the share that is kept for root. */
    void fill() throws IOException, InterruptedException {
        try {
            Shell.run("cp", "/dev/zero", filling().toString());
            throw new IllegalStateException("the disk " + mountPoint + " has no end: it is not the disk that was made");
        } catch (IOException e) {
            Shell.run("sync", "-f", filling().toString());
        }
    }

    void free() throws IOException {
        Files.delete(filling());
    }

    private Path filling() {
        return mountPoint.resolve("filling");
    }

    /** What ext4 does when it finds an error; the kernel has a switch for tests of it. */
    void turnReadOnly() throws IOException, InterruptedException {
        Shell.run("mount", "-o", "remount,errors=remount-ro", mountPoint.toString());
        String device =
                Shell.run("findmnt", "-no", "SOURCE", mountPoint.toString()).strip();
        Files.writeString(
                Path.of("/sys/fs/ext4", Path.of(device).getFileName().toString(), "trigger_fs_error"), "fault\n");
    }

    /** Checks the file system as the start of the machine would, and mounts it again. */
    void check() throws IOException, InterruptedException {
        close();
        Shell.run("sh", "-c", "e2fsck -fy '" + image + "' >/dev/null; test $? -le 1");
        mount(image);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Shell.run("umount", mountPoint.toString());
    }
}
