package io.qanat.inference;

import io.qanat.api.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who vouches for a package: a signature of {@code model.json}, which has the sha256 of all other files.
 *
 * <pre>
 * package/signature     base64 of what openssl pkeyutl -sign -rawin -in model.json gives: 64 bytes for Ed25519;
 *                       with -digest sha256 the DER of an ECDSA signature for EC P-256
 * trusted keys/*.pem    public keys, as openssl pkey -pubout writes them
 * </pre>
 *
 * @param policy what happens to a package without a valid signature
 * @param keys directory with the public keys that are trusted
 */
record PackageSignature(Policy policy, Path keys) {
    static final String FILE = "signature";

    private static final Logger LOG = LoggerFactory.getLogger(PackageSignature.class);
    static final String KEY_ENDING = ".pem";

    /** What happens to a package without a valid signature. */
    enum Policy {
        /** It is refused. */
        REQUIRE,
        /** It is used, with a warning. */
        WARN,
        /** It is used: signatures are not looked at. */
        OFF;

        static Policy of(String text) {
            for (Policy policy : values()) {
                if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return policy;
                }
            }
            throw new IllegalArgumentException("signatures is " + text + ": it must be require, warn or off");
        }
    }

    /** Refuses a package that nobody who is trusted has signed, where the policy says so. */
    void check(ModelPackage found) throws ModelException {
        if (policy == Policy.OFF) {
            return;
        }
        try {
            signer(found.folder());
        } catch (ModelException e) {
            if (policy == Policy.REQUIRE) {
                throw e;
            }
            LOG.warn("Used all the same, since signatures=warn: {}", e.getMessage());
        }
    }

    /** The trusted key that the package is signed with. */
    Path signer(Path folder) throws ModelException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new ModelException("package " + folder + " has no file " + FILE
                    + ": have it signed by one of the keys in " + keys + ", or set signatures=warn");
        }
        byte[] signature = signature(file);
        byte[] manifest = bytes(folder.resolve(ModelPackage.MANIFEST));
        List<Path> trusted = trusted();
        for (Path key : trusted) {
            if (isBy(SigningKeys.publicKey(key), manifest, signature)) {
                return key;
            }
        }
        throw new ModelException(file + " is by none of the trusted keys "
                + trusted.stream().map(Path::getFileName).toList() + " in " + keys
                + ": its signer is a stranger or model.json was changed; get the package again from one you trust, or"
                + " add its public key as a .pem file");
    }

    private static byte[] signature(Path file) throws ModelException {
        try {
            return Base64.getMimeDecoder().decode(bytes(file));
        } catch (IllegalArgumentException e) {
            throw new ModelException(file + " is not base64 (" + e.getMessage() + "): sign the package again", e);
        }
    }

    private static byte[] bytes(Path file) throws ModelException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read (" + e + "): make it readable", e);
        }
    }

    private List<Path> trusted() throws ModelException {
        try (Stream<Path> files = Files.list(keys)) {
            return files.filter(file -> file.toString().endsWith(KEY_ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ModelException(
                    "the trusted keys in " + keys + " cannot be read (" + e + "): make a directory with .pem files", e);
        }
    }

    private static boolean isBy(PublicKey key, byte[] manifest, byte[] signature) {
        try {
            Signature check = Signature.getInstance(SigningKeys.algorithm(key));
            check.initVerify(key);
            check.update(manifest);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            // Such as one of another length: not a signature by this key.
            return false;
        }
    }

    /**
     * Signs the package in {@code folder}, whose manifest must be final.
     *
     * @return the file with the signature
     */
    static Path sign(Path folder, PrivateKey key) throws ModelException {
        Path file = folder.resolve(FILE);
        try {
            Signature signing = Signature.getInstance(SigningKeys.algorithm(key));
            signing.initSign(key);
            signing.update(bytes(folder.resolve(ModelPackage.MANIFEST)));
            return Files.writeString(file, Base64.getEncoder().encodeToString(signing.sign()) + "\n");
        } catch (GeneralSecurityException e) {
            throw new ModelException("the key cannot sign (" + e + "): make another one", e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be written (" + e + "): make its folder writable", e);
        }
    }
}
