package io.qanat.gateway.https;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Authorities of the test's own, made by the JDK's keytool; certificates and keys as PEM files. */
final class TestCertificates {
    private static final String PASSWORD = "made-by-the-test";

    private final Path folder;
    private final Path store;

    /** Makes the authorities {@code ca} and {@code other-ca} in the folder. */
    TestCertificates(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.store = folder.resolve("all.p12");
        for (String authority : List.of("ca", "other-ca")) {
            keytool("-genkeypair", "-alias", authority, "-dname", "CN=" + authority, "-ext", "bc:c");
            write(authority);
        }
    }

    /** Makes {@code NAME.pem} and {@code NAME.key}; options are those of keytool. */
    void issue(String name, String authority, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-signer", authority));
        arguments.addAll(List.of(options));
        keytool(arguments.toArray(String[]::new));
        write(name);
    }

    Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** Puts a certificate and its key in the place of another one's. */
    void replace(String name, String by) throws IOException {
        Files.copy(key(by), key(name), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pem(by), pem(name), StandardCopyOption.REPLACE_EXISTING);
    }

    /** For a server that shows this certificate and trusts {@code ca}. */
    SSLContext server(String name) throws Exception {
        KeyStore all = load();
        KeyStore own = empty();
        own.setKeyEntry(name, all.getKey(name, password()), password(), all.getCertificateChain(name));
        KeyStore trusted = empty();
        trusted.setCertificateEntry("ca", all.getCertificate("ca"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password());
        return store;
    }

    private static char[] password() {
        return PASSWORD.toCharArray();
    }

    private KeyStore load() throws Exception {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, password());
        }
        return all;
    }

    private void write(String name) throws Exception {
        KeyStore all = load();
        Certificate certificate = all.getCertificate(name);
        Key key = all.getKey(name, password());
        Files.writeString(pem(name), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
    }

    private static String pem(String type, byte[] content) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keyalg", "EC", "-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }
}
