package io.qanat.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Writes a copy of the file under another name first, so that a copy that was cut off is never taken for a whole one.
 *
 * <p>Threads: any; each copy has a connection of its own.
 */
final class BackupFile {
    private BackupFile() {}

    static void write(Path file, Path target) throws IOException {
        Path whole = target.toAbsolutePath();
        if (Files.exists(whole)) {
            throw new FileAlreadyExistsException(
                    "backup " + whole + " exists, and is not overwritten: name another file, or move it away");
        }
        // Made for its owner alone, as it holds what the store holds.
        Path part = Files.createTempFile(whole.getParent(), whole.getFileName() + ".", ".part");
        try {
            copy(file, part);
            force(part);
            Files.move(part, whole);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static void copy(Path file, Path part) throws IOException {
        try (Connection connection = Schema.openForReading(file);
                PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
            vacuum.setString(1, part.toString());
            vacuum.execute();
        } catch (SQLException e) {
            throw Refusal.explain("could not copy " + file + " to " + part, e);
        }
    }

    private static void force(Path part) throws IOException {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
