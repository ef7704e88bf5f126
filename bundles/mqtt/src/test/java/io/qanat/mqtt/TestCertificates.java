package io.qanat.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of the test's own, made by the JDK's keytool; certificates and keys as PEM files. */
final class TestCertificates {
    static final String PASSWORD = "made-by-the-test";

    private final Path folder;
    private final Path store;

    /** Makes the authorities {@code ca} and {@code other-ca} in the folder. */
    TestCertificates(Path folder) throws Exception {
        this.folder = folder;
        this.store = folder.resolve("all.p12");
        for (String authority : List.of("ca", "other-ca")) {
            keytool("-genkeypair", "-alias", authority, "-dname", "CN=" + authority, "-ext", "bc:c");
            write(authority);
        }
    }

    /** Makes {@code NAME.pem} and {@code NAME.key}, signed by {@code ca}; options are those of keytool. */
    void issue(String name, String... options) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-signer", "ca"));
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

    /** A key store with one certificate and its key, as Artemis wants it. */
    Path keyStore(String name) throws Exception {
        KeyStore one = KeyStore.getInstance("PKCS12");
        one.load(null, PASSWORD.toCharArray());
        KeyStore all = load();
        one.setKeyEntry(
                name, all.getKey(name, PASSWORD.toCharArray()), PASSWORD.toCharArray(), all.getCertificateChain(name));
        return save(one, name + ".p12");
    }

    /** A store that trusts {@code ca}. */
    Path trustStore() throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, PASSWORD.toCharArray());
        trust.setCertificateEntry("ca", load().getCertificate("ca"));
        return save(trust, "trust.p12");
    }

    private Path save(KeyStore content, String name) throws Exception {
        Path file = folder.resolve(name);
        try (var out = Files.newOutputStream(file)) {
            content.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private KeyStore load() throws Exception {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, PASSWORD.toCharArray());
        }
        return all;
    }

    private void write(String name) throws Exception {
        KeyStore all = load();
        Certificate certificate = all.getCertificate(name);
        Key key = all.getKey(name, PASSWORD.toCharArray());
        Files.writeString(pem(name), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()));
    }

    static String pem(String type, byte[] content) {
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
