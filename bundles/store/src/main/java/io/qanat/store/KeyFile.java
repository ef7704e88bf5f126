package io.qanat.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;

/** The operator's key: 32 bytes as 64 hexadecimal digits or as Base64, in a file that only its owner can read. */
final class KeyFile {
    private static final int BYTES = 32;

    /** A key is some 64 characters; whatever is much longer is another file, and not read into memory. */
    private static final int MOST = 1024;

    private static final Set<PosixFilePermission> FOR_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private KeyFile() {}

    /** @throws IOException when there is no usable key; the message says what to do and shows nothing of the content */
    static byte[] read(Path file) throws IOException {
        try {
            refuseWhenOthersMayRead(file);
            if (Files.size(file) > MOST) {
                throw unusable(file, "it has " + Files.size(file) + " bytes");
            }
            return decode(
                    file, Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (NoSuchFileException e) {
            throw new IOException(
                    "there is no key file " + file + ": name an existing one in keyFile of io.qanat.store. A new key is"
                            + " made by: (umask 077; openssl rand -hex 32 > " + file + ")",
                    e);
        }
    }

    private static void refuseWhenOthersMayRead(Path file) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        permissions.retainAll(FOR_OTHERS);
        if (!permissions.isEmpty()) {
            throw new IOException("key file " + file + " can be read or written by other users: run chmod 600 " + file
                    + ", and think of the key as known to them");
        }
    }

    private static byte[] decode(Path file, String text) throws IOException {
        try {
            byte[] key = text.length() == 2 * BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
            if (key.length == BYTES) {
                return key;
            }
            throw unusable(file, "it holds " + key.length + " bytes as Base64");
        } catch (IllegalArgumentException e) {
            // The cause would show a part of the key.
            throw unusable(file, "its " + text.length() + " characters are neither");
        }
    }

    private static IOException unusable(Path file, String why) {
        return new IOException(
                "key file " + file + " holds no key of 32 bytes, as 64 hexadecimal digits or as Base64: " + why);
    }
}
