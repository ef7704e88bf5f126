package io.qanat.store;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.sqlite.SQLiteException;

/** Turns what SQLite says when it refuses into a message that says what to do. */
final class Refusal {
    private Refusal() {}

    /** @param what what could not be done, with the file's name */
    static IOException explain(String what, Throwable cause) {
        Optional<SQLiteException> refused = find(cause);
        String said = refused.isPresent() ? refused.get().getMessage() : cause.getMessage();
        return new IOException(
                what + ": " + said + ". " + refused.map(Refusal::advice).orElse("See the cause."), cause);
    }

    /** The driver, and this package, wrap what SQLite says. */
    private static Optional<SQLiteException> find(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException refused) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    /** Whether the same may be accepted later: a full disk gets room, a lock is freed. */
    static boolean isPassing(Throwable cause) {
        return find(cause)
                .map(Refusal::kind)
                .filter(kind -> Set.of(5, 6, 8, 10, 13, 14).contains(kind))
                .isPresent();
    }

    /** As in SQLite's list of result codes: the low byte is the kind, the rest tells where in SQLite it arose. */
    private static int kind(SQLiteException refused) {
        return refused.getResultCode().code & 0xFF;
    }

    /** Whether the file itself is damaged. */
    static boolean isDamage(Throwable cause) {
        return find(cause).map(Refusal::kind).filter(Set.of(11, 26)::contains).isPresent();
    }

    private static String advice(SQLiteException refused) {
        return switch (kind(refused)) {
            case 3, 8, 14 -> "Check that the directory and its files can be written by this user.";
            case 5, 6 -> "Another process holds the file: only the gateway may open it.";
            case 10 ->
                "Free space when the disk is full; else check the disk or the SD card, the system log names the fault.";
            case 11, 26 -> "The file is damaged or is no database: move it away, and keep it for recovery.";
            case 13 -> "Free space on the disk; writing is tried again by itself.";
            default -> "See the cause.";
        };
    }
}
