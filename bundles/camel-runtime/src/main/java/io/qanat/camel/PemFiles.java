package io.qanat.camel;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * PEM files as OpenSSL writes them, for TLS as a client. Threads: any.
 *
 * @param trust whom to trust, one or more certificates; empty for the authorities that Java knows
 * @param certificate what the gateway shows, followed by the certificates in between; empty for none
 * @param key its private key, PKCS #8 without a password; empty for none
 */
record PemFiles(String trust, String certificate, String key) {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    /** The key store lives in memory only; it asks for some password. */
    private static final char[] IN_MEMORY = new char[0];

    PemFiles {
        Objects.requireNonNull(trust, "trust");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificate is '" + certificate + "' and key is '" + key + "': give both or none");
        }
    }

    /**
     * Reads the files as they are now.
     *
     * @throws IOException when one cannot be used; the message names it and says what to do
     */
    SSLContext context() throws IOException {
        try {
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(trust.isEmpty() ? null : authorities());
            KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(identity(), IN_MEMORY);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up with " + this + ": " + e.getMessage(), e);
        }
    }

    private KeyStore authorities() throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate authority : certificates("trust", trust)) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        return store;
    }

    private KeyStore identity() throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        if (!certificate.isEmpty()) {
            Certificate[] chain = certificates("certificate", certificate).toArray(Certificate[]::new);
            store.setKeyEntry("client", privateKey(chain[0].getPublicKey().getAlgorithm()), IN_MEMORY, chain);
        }
        return store;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, IN_MEMORY);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String option, String file) throws IOException {
        byte[] content = read(option, file);
        try {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content));
            if (certificates.isEmpty()) {
                throw new CertificateException("it holds none");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(option + " " + file + " is no PEM file with certificates: " + e.getMessage(), e);
        }
    }

    private PrivateKey privateKey(String algorithm) throws IOException {
        Matcher found = KEY.matcher(new String(read("key", key), StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new IOException("key " + key + " holds no private key of the form PKCS #8 without a password: convert"
                    + " it with openssl pkcs8 -topk8 -nocrypt -in " + key);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(found.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause may quote the key.
            throw new IOException("key " + key + " is not the " + algorithm + " key of the certificate " + certificate
                    + ", or damaged");
        }
    }

    private static byte[] read(String option, String file) throws IOException {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IOException(option + " " + file + " does not exist: put the PEM file there", e);
        } catch (IOException e) {
            throw new IOException(option + " " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
