package io.qanat.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the file is damaged.
 *
 * <pre>
 *  at the start   checked before anything is written; a damaged file is set aside, and a new one is begun
 *  in use         nothing more is written, since that could do more harm; a mark beside the file has the next
 *                 start check it thoroughly
 * </pre>
 *
 * <p>Threads: {@link #setAsideIfDamaged} one, before the file is opened; the rest any.
 */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path file;
    private final Path mark;
    private final Clock clock;
    private final Optional<Path> keyFile;
    private Optional<Path> setAside = Optional.empty();
    private Optional<Path> damagedLog = Optional.empty();
    private volatile Optional<String> found = Optional.empty();

    /** @param keyFile with what an encrypted file is checked thoroughly */
    Damage(Path file, Optional<Path> keyFile, Clock clock) {
        this.file = file;
        this.mark = Path.of(file + "-damaged");
        this.keyFile = keyFile;
        this.clock = clock;
    }

    /**
     * Checks the file and moves it out of the way when it is damaged. Reads the whole file: see docs/store.md for what
     * that costs.
     *
     * @throws IOException when the file cannot be read for another reason, or cannot be moved
     */
    void setAsideIfDamaged() throws IOException {
        // Before anything opens the file: SQLite drops what it cannot read.
        keepDamagedLog();
        Optional<String> what = inspect();
        if (what.isPresent()) {
            setAside(what.get());
        } else if (Files.exists(mark)) {
            LOG.warn(
                    "The store {} was reported damaged and a thorough check finds nothing wrong: it is used again."
                            + " Memory, disk or cable may be failing: see the system log",
                    file);
        }
        Files.deleteIfExists(mark);
    }

    private void keepDamagedLog() throws IOException {
        Path log = Path.of(file + "-wal");
        Optional<String> wrong = WriteAheadLog.damage(log);
        if (wrong.isEmpty()) {
            return;
        }
        Path copy = unused(Path.of(log + ".damaged-" + TIME.format(clock.instant())));
        Files.copy(log, copy);
        damagedLog = Optional.of(copy);
        LOG.error(
                "THE LAST WRITES TO THE STORE MAY BE LOST. The write-ahead log of {} is damaged: {}. The store goes on"
                        + " from before that; the log is kept as {}. Lost may be readings that were acknowledged in the"
                        + " last moments before the stop, and outcomes, which come again with the same ids. Check the"
                        + " disk or the SD card: the system log names its faults",
                file,
                wrong.get(),
                copy);
    }

    private Optional<String> inspect() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        if (Files.size(file) == 0) {
            // SQLite would take it for a new file, and throw away what waits in the write-ahead log.
            return Optional.of("the file is empty");
        }
        try (Connection connection = Schema.openForReading(file)) {
            String verdict = verdict(connection, Files.exists(mark) ? "integrity_check" : "quick_check");
            if (Files.exists(mark)) {
                Encryption.verify(file, connection, keyFile);
            }
            return "ok".equals(verdict) ? Optional.empty() : Optional.of(verdict);
        } catch (SQLException | IOException e) {
            if (Refusal.isDamage(e)) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            throw e instanceof IOException refused ? refused : Refusal.explain("cannot check " + file, e);
        }
    }

    private static String verdict(Connection connection, String check) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet verdict = statement.executeQuery("PRAGMA " + check + "(1)")) {
            return verdict.getString(1);
        }
    }

    private void setAside(String what) throws IOException {
        Path target = unused(Path.of(file + ".damaged-" + TIME.format(clock.instant())));
        for (String suffix : Schema.SUFFIXES) {
            Path part = Path.of(file + suffix);
            if (Files.exists(part)) {
                Files.move(part, Path.of(target + suffix));
            }
        }
        setAside = Optional.of(target);
        LOG.error(
                "THE STORE WAS DAMAGED AND IS BEGUN ANEW. {} is damaged: {}. It is kept as {}. Lost with it, unless"
                        + " recovered: readings that were acknowledged and not finished, alarms not delivered yet, the"
                        + " states of windows and alarms, and both ledgers, which start at 0. To look into it:"
                        + " sqlite3 {} .recover > recovered.sql. Check the disk or the SD card: the system log"
                        + " names its faults",
                file,
                what,
                target,
                target);
    }

    private static Path unused(Path name) {
        Path free = name;
        for (int i = 2; Files.exists(free); i++) {
            free = Path.of(name + "-" + i);
        }
        return free;
    }

    /** Looks at a failure while the file is in use: when damage is behind it, writing stops. */
    void notice(Throwable cause) {
        if (!Refusal.isDamage(cause) || found.isPresent()) {
            return;
        }
        String message = "the store " + file + " is damaged (" + cause.getMessage() + ") and nothing more is written:"
                + " restart the gateway, it then sets the file aside and begins a new one";
        found = Optional.of(message);
        LOG.error("{}. Messages stay with their brokers until then", message);
        try {
            Files.writeString(mark, message + System.lineSeparator());
        } catch (IOException e) {
            LOG.warn("{} could not be written; the next start checks the store less thoroughly", mark, e);
        }
    }

    /** @throws IOException when the file is known to be damaged */
    void refuseWhenFound() throws IOException {
        if (found.isPresent()) {
            throw new IOException(found.get());
        }
    }

    /** What was found while the file is in use. */
    Optional<String> found() {
        return found;
    }

    /** Where this start has copied a damaged write-ahead log to. */
    Optional<Path> damagedLog() {
        return damagedLog;
    }

    /** Where this start has moved a damaged file to. */
    Optional<Path> setAside() {
        return setAside;
    }
}
