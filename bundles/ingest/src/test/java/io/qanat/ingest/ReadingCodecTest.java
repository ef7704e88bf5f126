package io.qanat.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.qanat.api.Measurement;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingCodecTest {
    private static final String GOOD =
            """
            {"id":"41","asset":"mote-1","channel":"humidity","value":45.93,"unit":"%RH","observedAt":"2010-05-09T00:00:05Z"}""";

    private final ReadingCodec codec = new ReadingCodec("plant", 1000);

    private Decoded decode(String payload) {
        return codec.decode(payload.getBytes(StandardCharsets.UTF_8));
    }

    private Decoded.Accepted accepted(String payload) {
        assertThat(decode(payload)).isInstanceOf(Decoded.Accepted.class);
        return (Decoded.Accepted) decode(payload);
    }

    @Test
    void readsOneChannel() {
        Decoded.Accepted reading = accepted(GOOD);
        assertThat(reading.asset()).isEqualTo("mote-1");
        assertThat(reading.observedAt()).isEqualTo(Instant.parse("2010-05-09T00:00:05Z"));
        assertThat(reading.measurements()).containsExactly(new Measurement("humidity", 45.93, "%RH"));
    }

    @Test
    void readsSeveralChannelsOfOneInstant() {
        String both = "[" + GOOD + "," + GOOD.replace("humidity", "temperature") + "]";
        assertThat(accepted(both).measurements())
                .extracting(Measurement::channel)
                .containsExactly("humidity", "temperature");
    }

    @Test
    void acceptsFieldsOfLaterVersionsAndOffsetsOfTime() {
        String later = GOOD.replace("\"unit\"", "\"quality\":{\"good\":[1,2]},\"unit\"")
                .replace("05Z", "05+00:00");
        assertThat(accepted(later).observedAt()).isEqualTo(Instant.parse("2010-05-09T00:00:05Z"));
    }

    @Test
    void theSameIdIsTheSameReadingWhateverItsValue() {
        assertThat(accepted(GOOD).identity())
                .isEqualTo(accepted(GOOD.replace("45.93", "46")).identity())
                .isNotEqualTo(accepted(GOOD.replace("\"41\"", "\"42\"")).identity())
                .isNotEqualTo(accepted(GOOD.replace("mote-1", "mote-2")).identity());
    }

    @Test
    void withoutIdThePayloadIsTheIdentity() {
        String anonymous = GOOD.replace("\"id\":\"41\",", "");
        assertThat(accepted(anonymous).identity())
                .isEqualTo(accepted(anonymous).identity())
                .isNotEqualTo(accepted(anonymous.replace("45.93", "46")).identity());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                                    | empty
                    {                                                     | malformed
                    [1]                                                   | malformed
                    []                                                    | malformed
                    "text"                                                | malformed
                    {"asset":"a"} {}                                      | malformed
                    {"channel":"h","value":1,"observedAt":"2010-05-09T00:00:05Z"}                  | missing-field
                    {"asset":"a","value":1,"observedAt":"2010-05-09T00:00:05Z"}                    | missing-field
                    {"asset":"a","channel":"h","observedAt":"2010-05-09T00:00:05Z"}                | missing-field
                    {"asset":"a","channel":"h","value":null,"observedAt":"2010-05-09T00:00:05Z"}   | missing-field
                    {"asset":"a","channel":"h","value":1}                                          | missing-field
                    {"asset":"a","channel":"h","value":NaN,"observedAt":"2010-05-09T00:00:05Z"}    | not-a-number
                    {"asset":"a","channel":"h","value":1e999,"observedAt":"2010-05-09T00:00:05Z"}  | not-a-number
                    {"asset":"a","channel":"h","value":"1","observedAt":"2010-05-09T00:00:05Z"}    | wrong-type
                    {"asset":"a","channel":"h","value":1,"unit":5,"observedAt":"2010-05-09T00:00:05Z"} | wrong-type
                    {"asset":"a","channel":"h","value":1,"observedAt":1273363205}                  | wrong-type
                    {"asset":"a","channel":"h","value":1,"observedAt":"yesterday"}                 | bad-time
                    """)
    void namesTheReasonOfWhatItRefuses(String payload, String reason) {
        assertThat(decode(payload)).isInstanceOfSatisfying(Decoded.Refused.class, refused -> assertThat(
                        refused.refusal().reason())
                .isEqualTo(reason));
    }

    @Test
    void refusesMoreBytesThanAllowedAndChannelsThatDoNotBelongTogether() {
        assertThat(codec.decode(new byte[1_000_000])).isEqualTo(new Decoded.Refused(Decoded.Refusal.TOO_LARGE));
        assertThat(decode("[" + GOOD + "," + GOOD + "]")).isEqualTo(new Decoded.Refused(Decoded.Refusal.INCONSISTENT));
        assertThat(decode("[" + GOOD + "," + GOOD.replace("mote-1", "mote-2") + "]"))
                .isEqualTo(new Decoded.Refused(Decoded.Refusal.INCONSISTENT));
    }
}
