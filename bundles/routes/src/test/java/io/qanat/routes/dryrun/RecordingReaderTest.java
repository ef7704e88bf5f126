package io.qanat.routes.dryrun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qanat.api.Measurement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingReaderTest {
    private static final String READING =
            "{\"id\":\"1\",\"asset\":\"a\",\"channel\":\"c\",\"value\":1.5,\"observedAt\":\"2026-01-01T00:00:05Z\"}";

    @TempDir
    Path folder;

    private RecordingReader open(byte[] content) throws IOException {
        return RecordingReader.open(Files.write(folder.resolve("r.jsonl"), content));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsAReadingOfSeveralChannelsAndPassesOverEmptyLines() throws IOException {
        String two = "[" + READING + "," + READING.replace("\"c\"", "\"d\"") + "]";
        try (RecordingReader reader = open(utf8("\n" + two + "\r\n\n" + READING))) {
            RecordedReading first = reader.next().orElseThrow();
            assertThat(first.observedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:05Z"));
            assertThat(first.measurements())
                    .containsExactly(new Measurement("c", 1.5, ""), new Measurement("d", 1.5, ""));
            assertThat(reader.next()).isPresent();
            assertThat(reader.next()).isEmpty();
            assertThat(reader.share()).isEqualTo(1);
        }
    }

    @Test
    void readsWhatIsCompressed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
            compressed.write(utf8(READING + "\n"));
        }
        try (RecordingReader reader = open(bytes.toByteArray())) {
            assertThat(reader.next()).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            textBlock =
                    """
            "value":1.5 | "value":NaN | no JSON
            "value":1.5 | "value":"1" | 'value' is 1: expected a finite number
            "asset":"a" | "asset":7 | 'asset' is 7: expected a text
            "channel":"c" | "channel":"" | 'channel' is : expected a text
            05Z | 5 | 'observedAt' is 2026-01-01T00:00:5: expected an instant
            """)
    void tellsFileAndLineOfWhatIsNoReading(String part, String wrong, String message) throws IOException {
        try (RecordingReader reader = open(utf8(READING + "\n" + READING.replace(part, wrong)))) {
            assertThat(reader.next()).isPresent();
            assertThatThrownBy(reader::next)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("r.jsonl:2: ")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void refusesALineWithoutEndAndBytesThatAreNoText() throws IOException {
        try (RecordingReader reader = open(new byte[1 << 20])) {
            assertThatThrownBy(reader::next)
                    .hasMessageContaining("r.jsonl:1: the line is longer than 65536 characters");
        }
        try (RecordingReader reader = open(new byte[] {'{', (byte) 0xff, (byte) 0xfe})) {
            assertThatThrownBy(reader::next).hasMessageContaining("r.jsonl:1: this is no UTF-8 text");
        }
    }
}
