package io.qanat.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * AES-256-GCM with a key of its own for each place. A stored value is
 *
 * <pre>
 *   offset  bytes
 *        0      3  magic: D1 'Q' 'S'
 *        3      1  version of this format: 1
 *        4      8  key id: HMAC-SHA256(operator's key, "qanat store key id 1"), the first bytes
 *       12     12  nonce, random
 *       24      n  the value, encrypted
 *   24 + n     16  tag
 * </pre>
 *
 * <p>The key of a place is HMAC-SHA256(operator's key, "qanat store value 1" 00 place). So no two places share a key, and
 * random nonces cannot meet in practice, however long the store is in use: a place holds one value, or the successive
 * values of one state. Associated data are the first 12 bytes and the place.
 *
 * <p>Sources: NIST SP 800-38D (8.3 bounds the values under one key with random nonces to 2^32), SP 800-108 (a keyed hash
 * as key derivation).
 *
 * <p>Threads: one at a time.
 */
final class AesGcmSeal implements Seal {
    /** Bytes that a sealed value is longer than the value. */
    static final int OVERHEAD = 40;

    /** Begins no UTF-8 text, and so no JSON. */
    private static final byte[] MAGIC = {(byte) 0xD1, 'Q', 'S', 1};

    /** How many bytes say that a value is sealed, the version included. */
    static final int MAGIC_BYTES = MAGIC.length;

    private static final int KEY_ID = 8;
    private static final int HEAD = MAGIC.length + KEY_ID;
    private static final int NONCE = 12;
    private static final int TAG = 16;
    private static final byte[] VALUE_KEY = "qanat store value 1\0".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEY_NAME = "qanat store key id 1".getBytes(StandardCharsets.UTF_8);

    private final SecureRandom random = new SecureRandom();
    private final boolean plainBefore;
    private final Cipher cipher;
    private final Mac mac;
    private final byte[] head;

    /**
     * @param key 32 bytes
     * @param plainBefore whether values may be there that were stored without a key
     */
    AesGcmSeal(byte[] key, boolean plainBefore) {
        this.plainBefore = plainBefore;
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM or no HMAC-SHA256: install a full JDK 17", e);
        }
        byte[] keyId = Arrays.copyOf(mac.doFinal(KEY_NAME), KEY_ID);
        head = ByteBuffer.allocate(HEAD).put(MAGIC).put(keyId).array();
    }

    /** Names the key without telling it. */
    byte[] keyId() {
        return Arrays.copyOfRange(head, MAGIC.length, HEAD);
    }

    /** What a sealed value begins with. */
    static byte[] magic() {
        return MAGIC.clone();
    }

    private static boolean looksSealed(byte[] stored) {
        return stored.length >= OVERHEAD && Arrays.equals(MAGIC, Arrays.copyOf(stored, MAGIC.length));
    }

    @Override
    public byte[] seal(byte[] place, byte[] value) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            start(Cipher.ENCRYPT_MODE, place, nonce, head);
            byte[] sealed = ByteBuffer.allocate(OVERHEAD + value.length)
                    .put(head)
                    .put(nonce)
                    .array();
            cipher.doFinal(value, 0, value.length, sealed, HEAD + NONCE);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM refused to encrypt a value of " + value.length + " bytes", e);
        }
    }

    @Override
    public byte[] open(byte[] place, byte[] stored) throws SQLException {
        if (!looksSealed(stored)) {
            if (plainBefore) {
                return stored;
            }
            throw damaged(place, "it is not encrypted, in a file that was encrypted from its beginning");
        }
        try {
            byte[] nonce = Arrays.copyOfRange(stored, HEAD, HEAD + NONCE);
            start(Cipher.DECRYPT_MODE, place, nonce, Arrays.copyOf(stored, HEAD));
            return cipher.doFinal(stored, HEAD + NONCE, stored.length - HEAD - NONCE);
        } catch (GeneralSecurityException e) {
            throw damaged(place, "it was changed, or stored in another row or with another key");
        }
    }

    private void start(int mode, byte[] place, byte[] nonce, byte[] start) throws GeneralSecurityException {
        mac.update(VALUE_KEY);
        SecretKeySpec key = new SecretKeySpec(mac.doFinal(place), "AES");
        cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
        cipher.updateAAD(start);
        cipher.updateAAD(place);
    }

    private static SQLException damaged(byte[] place, String why) {
        return new SQLiteException(
                "the value at " + HexFormat.of().formatHex(place) + " does not open: " + why,
                SQLiteErrorCode.SQLITE_CORRUPT);
    }
}
