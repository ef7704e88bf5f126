package io.qanat.inference;

import io.qanat.api.ModelException;
import io.qanat.api.ModelPackages.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.EncodedKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys in PEM files, as openssl writes them.
 *
 * <pre>
 * -----BEGIN PUBLIC KEY-----      X.509, openssl pkey -pubout
 * -----BEGIN PRIVATE KEY-----     PKCS #8, openssl genpkey
 * </pre>
 */
final class SigningKeys {
    private static final String CURVE = "secp256r1";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z ]+)-----([^-]*)-----END \\1-----");

    private SigningKeys() {}

    /** The name that the JDK has for signatures by a key. */
    static String algorithm(Key key) {
        return key instanceof ECKey ? "SHA256withECDSA" : "Ed25519";
    }

    static PublicKey publicKey(Path file) throws ModelException {
        EncodedKeySpec encoded = new X509EncodedKeySpec(content(file, PUBLIC));
        return read(
                file,
                algorithm -> KeyFactory.getInstance(algorithm).generatePublic(encoded),
                "a public Ed25519 or EC P-256 key: write it with openssl pkey -pubout, or take it away");
    }

    static PrivateKey privateKey(Path file) throws ModelException {
        EncodedKeySpec encoded = new PKCS8EncodedKeySpec(content(file, PRIVATE));
        return read(
                file,
                algorithm -> KeyFactory.getInstance(algorithm).generatePrivate(encoded),
                "a private Ed25519 or EC P-256 key: make one with ./qanat model key or openssl genpkey");
    }

    private static byte[] content(Path file, String kind) throws ModelException {
        Matcher pem = PEM.matcher(text(file));
        if (!pem.find() || !pem.group(1).equals(kind)) {
            throw new ModelException(file + " has no block BEGIN " + kind
                    + (pem.reset().find() ? " but a block BEGIN " + pem.group(1) : "")
                    + ": write it as PEM, not encrypted, with openssl "
                    + (kind.equals(PUBLIC) ? "pkey -pubout" : "pkcs8 -topk8 -nocrypt"));
        }
        try {
            return Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IllegalArgumentException e) {
            throw new ModelException(file + " is not base64 (" + e.getMessage() + "): get it again", e);
        }
    }

    private static String text(Path file) throws ModelException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new ModelException("the key " + file + " cannot be read (" + e + "): make it readable", e);
        }
    }

    private interface Decoder<K extends Key> {
        K decode(String algorithm) throws GeneralSecurityException;
    }

    private static <K extends Key> K read(Path file, Decoder<K> decoder, String expected) throws ModelException {
        for (String algorithm : new String[] {"Ed25519", "EC"}) {
            try {
                K key = decoder.decode(algorithm);
                if (!(key instanceof ECKey ec) || isP256(ec)) {
                    return key;
                }
            } catch (InvalidKeySpecException e) {
                // Not of this kind.
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java has no " + algorithm + ", which every Java 17 has", e);
            }
        }
        throw new ModelException(file + " is not " + expected);
    }

    private static boolean isP256(ECKey key) throws GeneralSecurityException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(CURVE));
        ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
        return key.getParams().getCurve().equals(p256.getCurve())
                && key.getParams().getGenerator().equals(p256.getGenerator());
    }

    /** Makes both files; neither may be there. */
    static void make(Path privateKey, Path publicKey, KeyKind kind) throws ModelException {
        if (!publicKey.toString().endsWith(PackageSignature.KEY_ENDING)) {
            throw new ModelException(publicKey + " must end in " + PackageSignature.KEY_ENDING
                    + ", since gateways look for trusted keys by that: give it another name");
        }
        if (Files.exists(publicKey)) {
            throw exists(publicKey);
        }
        KeyPair pair = generate(kind);
        write(privateKey, PRIVATE, pair.getPrivate(), "rw-------");
        write(publicKey, PUBLIC, pair.getPublic(), "rw-r--r--");
    }

    private static KeyPair generate(KeyKind kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind == KeyKind.EC ? "EC" : "Ed25519");
            if (kind == KeyKind.EC) {
                generator.initialize(new ECGenParameterSpec(CURVE));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java makes no " + kind + " keys, which every Java 17 does", e);
        }
    }

    private static void write(Path file, String kind, Key key, String permissions) throws ModelException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        String text = "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
        try {
            // Made with its permissions: nobody else may open it in between.
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
            Files.writeString(file, text);
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be written (" + e + "): make its folder writable", e);
        }
    }

    private static ModelException exists(Path file) {
        return new ModelException(file + " is there already, and a key is never overwritten: give another name");
    }
}
