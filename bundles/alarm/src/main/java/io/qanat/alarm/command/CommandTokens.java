package io.qanat.alarm.command;

import io.qanat.api.AlarmControl.Command;
import io.qanat.api.AlarmControl.Kind;
import io.qanat.api.AlarmControl.Refused;
import io.qanat.api.AlarmControl.Target;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/**
 * Signed commands: a JWT in JWS compact serialization with the claims
 *
 * <pre>
 * sub      the operator                      cmd       acknowledge, shelve, unshelve, reset, suppress, unsuppress
 * iat exp  from when until when it is valid  alarm     the alarm's id, or name and asset
 * jti      unique; it is taken once          duration  of shelve, ISO 8601 such as PT2H
 * aud      the gateway, where it asks for it comment   why
 * </pre>
 *
 * <p>Threads: any.
 */
final class CommandTokens {
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final int LONGEST_ID = 128;

    private final CommandConfig config;
    private final Clock clock;

    CommandTokens(CommandConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * A command whose signature and times are right, and that its operator may give.
     *
     * @param id of the token, URL-encoded and unique among all operators
     */
    record Verified(Command command, String id, Instant expiry) {}

    Verified verify(String token) throws Refused {
        Operators operators = new Operators(config.operators()
                .orElseThrow(() -> new Refused(
                        "no-operators",
                        "this gateway takes no commands: name the folder of the operators in io.qanat.alarm.command")));
        try {
            Operator operator = operators.find(String.valueOf(claims(token).getSubject()));
            JwtClaims claims = verified(token, operator);
            Command command = command(claims, operator);
            if (!operator.may(command.kind(), command.target())) {
                throw new Refused(
                        "not-allowed",
                        operator.name() + " may not " + command.kind().text() + " "
                                + command.target().name() + "/"
                                + command.target().asset()
                                + ": see commands and alarms in " + operator.name() + ".properties");
            }
            return new Verified(command, id(claims), instant(claims.getExpirationTime()));
        } catch (MalformedClaimException | DateTimeException | IllegalArgumentException e) {
            throw new Refused("malformed", "the token has a claim that cannot be read: " + e.getMessage());
        }
    }

    /** Not believed yet: only to know whose key to take. */
    private static JwtClaims claims(String token) throws Refused {
        JwtConsumer reader = new JwtConsumerBuilder()
                .setSkipAllValidators()
                .setDisableRequireSignature()
                .setSkipSignatureVerification()
                .build();
        try {
            return reader.processToClaims(token);
        } catch (InvalidJwtException e) {
            throw new Refused("malformed", "the command is no JWT in JWS compact serialization");
        }
    }

    private JwtClaims verified(String token, Operator operator) throws Refused, MalformedClaimException {
        JwtConsumerBuilder builder = new JwtConsumerBuilder()
                .setVerificationKey(operator.key())
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, operator.algorithm())
                .setRequireSubject()
                .setRequireJwtId()
                .setRequireIssuedAt()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()));
        if (config.audience().isEmpty()) {
            builder.setSkipDefaultAudienceValidation();
        } else {
            builder.setExpectedAudience(config.audience());
        }
        try {
            JwtClaims claims = builder.build().processToClaims(token);
            requireShort(instant(claims.getIssuedAt()), instant(claims.getExpirationTime()));
            return claims;
        } catch (InvalidJwtException e) {
            throw refused(e);
        }
    }

    private void requireShort(Instant issuedAt, Instant expiry) throws Refused {
        if (issuedAt.isAfter(clock.instant().plus(SKEW))) {
            throw new Refused(
                    "not-yet-valid",
                    "the token was issued at " + issuedAt + ", and it is " + clock.instant()
                            + ": see that both clocks are right");
        }
        if (Duration.between(issuedAt, expiry).compareTo(config.maxLifetime()) > 0) {
            throw new Refused(
                    "too-long-lived",
                    "the token is valid for " + Duration.between(issuedAt, expiry) + ": at most " + config.maxLifetime()
                            + " are taken");
        }
    }

    private static Refused refused(InvalidJwtException e) {
        if (e.hasErrorCode(ErrorCodes.SIGNATURE_INVALID) || e.hasErrorCode(ErrorCodes.SIGNATURE_MISSING)) {
            return new Refused("bad-signature", "the token is not signed with the operator's key");
        }
        if (e.hasErrorCode(ErrorCodes.EXPIRED)) {
            return new Refused("expired", "the token has expired: make a new one, and see that both clocks are right");
        }
        if (e.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return new Refused("not-yet-valid", "the token is not valid yet: see that both clocks are right");
        }
        if (e.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || e.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return new Refused("wrong-audience", "the token is for another gateway: see its claim aud");
        }
        if (e.getErrorDetails().stream().anyMatch(error -> error.getErrorCode() == ErrorCodes.MISCELLANEOUS)) {
            return new Refused("bad-signature", "the token's algorithm does not go with the operator's key");
        }
        return new Refused("missing-claim", "the token must have the claims sub, iat, exp and jti");
    }

    private static Command command(JwtClaims claims, Operator operator) throws Refused, MalformedClaimException {
        return new Command(
                kind(required(claims, "cmd")),
                target(claims),
                operator.name(),
                claims.hasClaim("comment") ? claims.getStringClaimValue("comment") : "",
                claims.hasClaim("duration")
                        ? Optional.of(Duration.parse(claims.getStringClaimValue("duration")))
                        : Optional.empty());
    }

    private static Kind kind(String name) throws Refused {
        try {
            return Kind.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new Refused(
                    "unknown-command",
                    "there is no command '" + name
                            + "': there are acknowledge, shelve, unshelve, reset, suppress and unsuppress");
        }
    }

    private static Target target(JwtClaims claims) throws Refused, MalformedClaimException {
        return claims.hasClaim("alarm")
                ? Target.of(required(claims, "alarm"))
                : new Target(required(claims, "name"), required(claims, "asset"), Optional.empty());
    }

    private static String required(JwtClaims claims, String name) throws Refused, MalformedClaimException {
        if (!claims.hasClaim(name)) {
            throw new Refused("missing-claim", "the token has no claim " + name + ": see docs/alarms.md");
        }
        return claims.getStringClaimValue(name);
    }

    private static String id(JwtClaims claims) throws Refused, MalformedClaimException {
        String id = claims.getSubject() + "/" + claims.getJwtId();
        if (id.length() > LONGEST_ID) {
            throw new Refused("malformed", "the claim jti is longer than a unique id needs to be");
        }
        return URLEncoder.encode(id, StandardCharsets.UTF_8);
    }

    private static Instant instant(NumericDate date) {
        return Instant.ofEpochMilli(date.getValueInMillis());
    }
}
