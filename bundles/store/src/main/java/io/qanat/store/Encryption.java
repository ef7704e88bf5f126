package io.qanat.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the file is encrypted, and with which key; see AesGcmSeal for the values.
 *
 * <pre>
 *                     no key configured     the file's key      another key
 *  plain file         plain                 from now on encrypted (what is there stays readable)
 *  encrypted file     refused               encrypted           refused
 * </pre>
 *
 * <p>Threads: one, while the store is opened.
 */
final class Encryption {
    private static final Logger LOG = LoggerFactory.getLogger(Encryption.class);

    private static final byte[] PROOF_PLACE = Seal.row("encryption", 1);
    private static final byte[] PROOF = "qanat".getBytes(StandardCharsets.UTF_8);

    /** Tables whose payload is sealed, with the column of their number. */
    private static final List<String> NUMBERED = List.of("journal_chunk", "journal", "failed", "outbox");

    private final Path file;
    private final Optional<byte[]> key;
    private final boolean plainBefore;

    private Encryption(Path file, Optional<byte[]> key, boolean plainBefore) {
        this.file = file;
        this.key = key;
        this.plainBefore = plainBefore;
    }

    /**
     * @param keyFile as configured
     * @throws IOException when key and file do not belong together
     */
    static Encryption of(Path file, Connection connection, Optional<Path> keyFile) throws IOException, SQLException {
        Optional<byte[]> key = keyFile.isEmpty() ? Optional.empty() : Optional.of(KeyFile.read(keyFile.get()));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT key_id, proof, plain_before FROM encryption")) {
            if (row.next()) {
                boolean plainBefore = row.getBoolean(3);
                check(file, key, keyFile, row.getBytes(1), row.getBytes(2));
                return new Encryption(file, key, plainBefore);
            }
        }
        return key.isEmpty() ? new Encryption(file, key, true) : begin(file, connection, key.get());
    }

    private static void check(Path file, Optional<byte[]> key, Optional<Path> keyFile, byte[] keyId, byte[] proof)
            throws IOException {
        String id = HexFormat.of().formatHex(keyId);
        if (key.isEmpty()) {
            throw new IOException(file + " is encrypted with the key " + id
                    + ": name its file in keyFile of io.qanat.store, or name another directory");
        }
        AesGcmSeal seal = new AesGcmSeal(key.get(), false);
        if (!Arrays.equals(seal.keyId(), keyId) || !opens(seal, proof)) {
            throw new IOException(file + " is encrypted with the key " + id + ", and " + keyFile.get()
                    + " holds the key " + HexFormat.of().formatHex(seal.keyId())
                    + ": restore the right key file, or name another directory");
        }
    }

    private static boolean opens(AesGcmSeal seal, byte[] proof) {
        try {
            return Arrays.equals(seal.open(PROOF_PLACE, proof), PROOF);
        } catch (SQLException e) {
            return false;
        }
    }

    private static Encryption begin(Path file, Connection connection, byte[] key) throws SQLException {
        AesGcmSeal seal = new AesGcmSeal(key, true);
        boolean plainBefore;
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            plainBefore = sealLookAlikes(connection, statement, seal);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO encryption VALUES (?, ?, ?)")) {
                insert.setBytes(1, seal.keyId());
                insert.setBytes(2, seal.seal(PROOF_PLACE, PROOF));
                insert.setBoolean(3, plainBefore);
                insert.executeUpdate();
            }
            statement.execute("COMMIT");
        }
        if (plainBefore) {
            LOG.warn("The store {} is encrypted from now on. What it holds already stays readable in the file", file);
        }
        return new Encryption(file, Optional.of(key), plainBefore);
    }

    /** Values from before that begin as sealed ones do would be taken for such: they alone are sealed at once. */
    private static boolean sealLookAlikes(Connection connection, Statement statement, AesGcmSeal seal)
            throws SQLException {
        boolean any = isAny(statement, "state");
        for (String table : NUMBERED) {
            any |= isAny(statement, table);
            try (PreparedStatement update =
                            connection.prepareStatement("UPDATE " + table + " SET payload = ? WHERE rowid = ?");
                    ResultSet rows = statement.executeQuery("SELECT rowid, payload FROM " + table
                            + " WHERE substr(payload, 1, " + AesGcmSeal.MAGIC_BYTES + ") = X'"
                            + HexFormat.of().formatHex(AesGcmSeal.magic()) + "'")) {
                while (rows.next()) {
                    update.setBytes(1, seal.seal(Seal.row(table, rows.getLong(1)), rows.getBytes(2)));
                    update.setLong(2, rows.getLong(1));
                    update.executeUpdate();
                }
            }
        }
        return any;
    }

    private static boolean isAny(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM " + table + ")")) {
            return row.getBoolean(1);
        }
    }

    /**
     * Opens every value of an encrypted file; does nothing in a plain one.
     *
     * @throws SQLException as for a damaged file, when one does not open
     */
    static void verify(Path file, Connection connection, Optional<Path> keyFile) throws IOException, SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!isAny(statement, "sqlite_schema WHERE name = 'encryption'") || !isAny(statement, "encryption")) {
                return;
            }
            Seal seal = of(file, connection, keyFile).seal();
            for (String table : NUMBERED) {
                try (ResultSet rows = statement.executeQuery("SELECT rowid, payload FROM " + table)) {
                    while (rows.next()) {
                        seal.open(Seal.row(table, rows.getLong(1)), rows.getBytes(2));
                    }
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT stage, key, value FROM state")) {
                while (rows.next()) {
                    seal.open(Seal.state(rows.getString(1), rows.getString(2)), rows.getBytes(3));
                }
            }
        }
    }

    /** For one thread at a time: each user takes its own. */
    Seal seal() {
        return key.isEmpty() ? Seal.PLAIN : new AesGcmSeal(key.get(), plainBefore);
    }

    /** How values are stored now, for the status. */
    String description() {
        if (key.isEmpty()) {
            return "none";
        }
        String id = HexFormat.of().formatHex(new AesGcmSeal(key.get(), plainBefore).keyId());
        return "AES-256-GCM with key " + id + (plainBefore ? ", older values may be plain" : "");
    }
}
