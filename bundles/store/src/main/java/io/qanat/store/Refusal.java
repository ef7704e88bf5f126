package io.qanat.store;

import java.io.IOException;
import org.sqlite.SQLiteException;

/** Turns what SQLite says when it refuses into a message that says what to do. */
final class Refusal {
    private Refusal() {}

    /** @param what what could not be done, with the file's name */
    static IOException explain(String what, Throwable cause) {
        return new IOException(what + ": " + cause.getMessage() + ". " + advice(cause), cause);
    }

    private static String advice(Throwable cause) {
        if (!(cause instanceof SQLiteException refused)) {
            return "See the cause.";
        }
        // The low byte is the kind of the error, the rest tells where in SQLite it arose.
        return switch (refused.getResultCode().code & 0xFF) {
            case 3, 8, 14 -> "Check that the directory and its files can be written by this user.";
            case 5, 6 -> "Another process holds the file: only the gateway may open it.";
            case 10 -> "Check the disk or the SD card and its cable; the system log names the fault.";
            case 11, 26 -> "The file is damaged or is no database: move it away, and keep it for recovery.";
            case 13 -> "Free space on the disk; the next write is tried as usual.";
            default -> "See the cause.";
        };
    }
}
