package io.qanat.mqtt;

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
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * PEM files for {@code ssl://}, as OpenSSL and mosquitto use them. They are read for each connection: a renewed
 * certificate is taken up at the next one.
 *
 * @param caCertificate whom to trust, one or more certificates; empty for the authorities that Java knows
 * @param clientCertificate what the gateway shows to the broker, followed by the certificates in between; empty for none
 * @param clientKey its private key, PKCS #8 without a password; empty for none
 */
public record TlsFiles(String caCertificate, String clientCertificate, String clientKey) {
    /** No files: Java's trust store, no client certificate. */
    public static final TlsFiles NONE = new TlsFiles("", "", "");

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----");
    /** The key store lives in memory only; it asks for some password. */
    private static final char[] IN_MEMORY = new char[0];

    public TlsFiles {
        Objects.requireNonNull(caCertificate, "caCertificate");
        if (clientCertificate.isEmpty() != clientKey.isEmpty()) {
            throw new IllegalArgumentException("clientCertificate is '" + clientCertificate + "' and clientKey is '"
                    + clientKey + "': give both or none");
        }
    }

    boolean isEmpty() {
        return caCertificate.isEmpty() && clientCertificate.isEmpty();
    }

    /** @throws IOException when a file cannot be used; the message names it and says what to do */
    SSLSocketFactory socketFactory() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), trustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up with " + this + ": " + e.getMessage(), e);
        }
    }

    private TrustManager[] trustManagers() throws IOException, GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(caCertificate.isEmpty() ? null : trusted());
        return factory.getTrustManagers();
    }

    private KeyStore trusted() throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates("caCertificate", caCertificate)) {
            store.setCertificateEntry("ca-" + number++, certificate);
        }
        return store;
    }

    private KeyManager[] keyManagers() throws IOException, GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore store = emptyStore();
        if (!clientCertificate.isEmpty()) {
            Certificate[] chain =
                    certificates("clientCertificate", clientCertificate).toArray(Certificate[]::new);
            store.setKeyEntry("client", key(chain[0].getPublicKey().getAlgorithm()), IN_MEMORY, chain);
        }
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
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
                throw new IOException(option + " " + file + " holds no certificate: it must be a PEM file with"
                        + " -----BEGIN CERTIFICATE-----");
            }
            return certificates;
        } catch (CertificateException e) {
            throw new IOException(option + " " + file + " is no PEM file with certificates: " + e.getMessage(), e);
        }
    }

    private PrivateKey key(String algorithm) throws IOException {
        String text = new String(read("clientKey", clientKey), StandardCharsets.ISO_8859_1);
        Matcher key = KEY.matcher(text);
        if (!key.find()) {
            Matcher other = OTHER_KEY.matcher(text);
            throw new IOException("clientKey " + clientKey + " holds "
                    + (other.find() ? "an " + other.group(1) : "no private key")
                    + ": it must be PKCS #8 without a password; convert it with openssl pkcs8 -topk8 -nocrypt -in "
                    + clientKey);
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(key.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // The cause may quote the key.
            throw new IOException("clientKey " + clientKey + " is not the " + algorithm + " key of the certificate "
                    + clientCertificate + ", or damaged");
        }
    }

    private static byte[] read(String option, String file) throws IOException {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IOException(option + " " + file + " does not exist", e);
        } catch (IOException e) {
            throw new IOException(option + " " + file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
