package io.qanat.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Model packages as files, on a desk or on a gateway, whether or not one runs. No network is needed. Threads: any. */
public interface ModelPackages {
    /** Kinds of keys that packages are signed with. */
    enum KeyKind {
        /** Ed25519, RFC 8032. */
        ED25519,
        /** ECDSA with SHA-256 on the curve P-256, FIPS 186. */
        EC
    }

    /**
     * Makes all the checks that a gateway makes before it takes a package in, and for each variant those that it makes
     * before it runs.
     *
     * @param folderOrZip the package; nothing is written to it
     * @param trustedKeys folder with public keys as {@code *.pem}; empty: the signature is not looked at
     * @return the checks in their order; none of them failed when the package is fit for use
     */
    List<ModelCheck> verify(Path folderOrZip, Optional<Path> trustedKeys);

    /**
     * Signs a package whose files are those that its manifest lists, in the place of an earlier signature.
     *
     * @param folder of the package
     * @param privateKey PKCS #8 in PEM, of one of the {@link KeyKind}s, not encrypted
     * @return the file with the signature
     * @throws ModelException when the package or the key cannot be used; the package is as it was then
     */
    Path sign(Path folder, Path privateKey) throws ModelException;

    /**
     * Makes a key pair: a private key that only its owner can read, and a public one for the gateways' trusted keys.
     *
     * @param privateKey file that is made, PKCS #8 in PEM
     * @param publicKey file that is made, X.509 in PEM; its name must end in {@code .pem}
     * @throws ModelException when one of them is there already or cannot be written
     */
    void makeKey(Path privateKey, Path publicKey, KeyKind kind) throws ModelException;
}
