package io.qanat.alarm.command;

import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Refused;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.HmacKey;

/**
 * The folder of those who may give commands. It is read for each command, so that a file that is taken away counts at once:
 *
 * <pre>
 * NAME.pem           public key: Ed25519 (EdDSA) or P-256 (ES256)
 * NAME.secret        or a secret of at least 32 bytes (HS256)
 * NAME.properties    commands=acknowledge,shelve
 *                    alarms=mote-anomaly/*, press-*
 * </pre>
 *
 * Without {@code commands} or {@code alarms} there is nothing that they may do.
 *
 * <p>Threads: any.
 */
final class Operators {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final int SECRET_BYTES = 32;
    private static final int P256_BITS = 256;

    private final Path folder;

    Operators(Path folder) {
        this.folder = folder;
    }

    /** @throws Refused when nobody is known by the name, or their files cannot be used; the message names no secret */
    Operator find(String name) throws Refused {
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(folder.resolve(name + ".properties"))) {
            throw new Refused("unknown-operator", "no operator of this gateway has the token's subject as a name");
        }
        try {
            return read(name);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Refused(
                    "operator-files",
                    "the files of the operator " + name + " cannot be used, see docs/alarms.md: " + e.getMessage());
        }
    }

    private Operator read(String name) throws IOException, GeneralSecurityException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve(name + ".properties"))) {
            properties.load(reader);
        }
        Key key = key(name);
        return new Operator(
                name, algorithm(key), key, commands(properties), list(properties.getProperty("alarms", "")));
    }

    private static Set<Kind> commands(Properties properties) {
        Set<Kind> commands = EnumSet.noneOf(Kind.class);
        list(properties.getProperty("commands", ""))
                .forEach(command -> commands.add(Kind.valueOf(command.toUpperCase(Locale.ROOT))));
        return commands;
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private Key key(String name) throws IOException, GeneralSecurityException {
        Path secret = folder.resolve(name + ".secret");
        if (Files.isRegularFile(secret)) {
            return secret(secret);
        }
        String pem =
                Files.readString(folder.resolve(name + ".pem")).replaceAll("-----(BEGIN|END) PUBLIC KEY-----|\\s", "");
        X509EncodedKeySpec spec = new X509EncodedKeySpec(Base64.getDecoder().decode(pem));
        try {
            return KeyFactory.getInstance("Ed25519").generatePublic(spec);
        } catch (GeneralSecurityException notEdwards) {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        }
    }

    private static Key secret(Path file) throws IOException {
        byte[] secret = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        if (secret.length < SECRET_BYTES) {
            throw new IllegalArgumentException(file.getFileName() + " has " + secret.length
                    + " bytes: a secret must have at least " + SECRET_BYTES);
        }
        return new HmacKey(secret);
    }

    /** Only the one of the key: a public key must never serve as a secret. */
    private static String algorithm(Key key) {
        if (key instanceof HmacKey) {
            return AlgorithmIdentifiers.HMAC_SHA256;
        }
        if (key instanceof ECPublicKey curve) {
            int bits = curve.getParams().getCurve().getField().getFieldSize();
            if (bits != P256_BITS) {
                throw new IllegalArgumentException("the key has " + bits + " bits: an EC key must be of P-256");
            }
            return AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256;
        }
        return AlgorithmIdentifiers.EDDSA;
    }
}
