package io.qanat.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a signed command, for mosquitto_pub or whatever carries it to {@code alarm-command:}. */
@Command(
        name = "token",
        description = "Prints a signed command to an alarm, which a gateway takes once within a minute.",
        mixinStandardHelpOptions = true)
final class AlarmTokenCommand implements Callable<Integer> {
    @Option(names = "--operator", required = true, description = "Who signs: the name of the files on the gateway.")
    private String operator = "";

    @Option(
            names = "--key",
            required = true,
            description =
                    "File with the private key, PKCS #8 in PEM, Ed25519 or P-256; or with the secret, NAME.secret.")
    private Path key = Path.of("");

    @Option(
            names = "--command",
            required = true,
            description = "acknowledge, shelve, unshelve, reset, suppress or unsuppress.")
    private String command = "";

    @Option(names = "--alarm", required = true, description = "The alarm's id, as its events have it.")
    private String alarm = "";

    @Option(names = "--duration", defaultValue = "", description = "How long to shelve, such as PT2H.")
    private String duration = "";

    @Option(names = "--comment", defaultValue = "", description = "Why; the cloud is told.")
    private String comment = "";

    @Option(names = "--audience", defaultValue = "", description = "For which gateway, where it asks for it.")
    private String audience = "";

    @Override
    public Integer call() throws IOException, GeneralSecurityException, JoseException {
        Key signing = key();
        JsonWebSignature token = new JsonWebSignature();
        token.setPayload(claims().toJson());
        token.setKey(signing);
        token.setAlgorithmHeaderValue(algorithm(signing));
        System.out.println(token.getCompactSerialization());
        return 0;
    }

    private JwtClaims claims() {
        JwtClaims claims = new JwtClaims();
        claims.setSubject(operator);
        claims.setGeneratedJwtId();
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(1);
        claims.setStringClaim("cmd", command);
        claims.setStringClaim("alarm", alarm);
        if (!audience.isEmpty()) {
            claims.setAudience(audience);
        }
        if (!duration.isEmpty()) {
            claims.setStringClaim("duration", duration);
        }
        if (!comment.isEmpty()) {
            claims.setStringClaim("comment", comment);
        }
        return claims;
    }

    private Key key() throws IOException, GeneralSecurityException {
        String text = Files.readString(key);
        if (!text.contains("-----BEGIN")) {
            return new HmacKey(text.strip().getBytes(StandardCharsets.UTF_8));
        }
        byte[] encoded = Base64.getDecoder().decode(text.replaceAll("-----(BEGIN|END) PRIVATE KEY-----|\\s", ""));
        try {
            return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException notEdwards) {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        }
    }

    private static String algorithm(Key key) {
        if (key instanceof HmacKey) {
            return AlgorithmIdentifiers.HMAC_SHA256;
        }
        return key instanceof ECPrivateKey
                ? AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256
                : AlgorithmIdentifiers.EDDSA;
    }
}
