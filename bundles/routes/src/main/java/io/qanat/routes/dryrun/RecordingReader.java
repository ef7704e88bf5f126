package io.qanat.routes.dryrun;

import io.qanat.api.Measurement;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.Jsoner;
import org.jspecify.annotations.Nullable;

/**
 * Reads a recording, line by line:
 *
 * <pre>
 * {"id":"41","asset":"mote-1","channel":"humidity","value":45.93,"observedAt":"2010-01-01T00:00:05Z"}
 * [{...humidity...},{...temperature...}]      several channels of one asset at one instant
 *                                             lines without text are passed over
 * </pre>
 *
 * <p>The file may be compressed with gzip. What is no reading ends it, with the place: a recording is made, not received.
 *
 * <p>Threads: one; {@link #share} any.
 */
final class RecordingReader implements AutoCloseable {
    private static final int LONGEST_LINE = 65_536;
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final BufferedReader lines;
    private long number;

    private RecordingReader(Path file, FileChannel channel, long size, BufferedReader lines) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.lines = lines;
    }

    static RecordingReader open(Path file) throws IOException {
        FileChannel channel = channel(file);
        try {
            BufferedInputStream bytes = new BufferedInputStream(Channels.newInputStream(channel));
            InputStream plain = isCompressed(bytes) ? new GZIPInputStream(bytes) : bytes;
            // A decoder made this way says so when the bytes are no UTF-8, and does not put question marks.
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()));
            return new RecordingReader(file, channel, Math.max(1, channel.size()), lines);
        } catch (IOException e) {
            channel.close();
            throw new IOException("the recording " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static FileChannel channel(Path file) throws IOException {
        try {
            return FileChannel.open(file);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no recording " + file, e);
        }
    }

    private static boolean isCompressed(BufferedInputStream bytes) throws IOException {
        bytes.mark(2);
        boolean compressed = bytes.read() == GZIP_FIRST && bytes.read() == GZIP_SECOND;
        bytes.reset();
        return compressed;
    }

    /** How much of the file has been read, 0 to 1. */
    double share() {
        try {
            return (double) channel.position() / size;
        } catch (IOException e) {
            return 1; // it is closed
        }
    }

    /** The next reading; empty at the end. */
    Optional<RecordedReading> next() throws IOException {
        String line = nextLine();
        while (line != null && line.isBlank()) {
            line = nextLine();
        }
        return line == null ? Optional.empty() : Optional.of(reading(line));
    }

    private @Nullable String nextLine() throws IOException {
        number++;
        StringBuilder line = new StringBuilder();
        try {
            int character = lines.read();
            if (character < 0) {
                return null;
            }
            while (character >= 0 && character != '\n') {
                if (line.length() == LONGEST_LINE) {
                    throw new Misread("the line is longer than " + LONGEST_LINE
                            + " characters: expected one reading on each line");
                }
                line.append((char) character);
                character = lines.read();
            }
            return line.toString();
        } catch (CharacterCodingException e) {
            throw located("this is no UTF-8 text: expected JSON Lines, also compressed with gzip", e);
        } catch (Misread e) {
            throw located(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw located("cannot be read: " + e.getMessage(), e);
        }
    }

    private RecordedReading reading(String line) throws IOException {
        try {
            Object json = Jsoner.deserialize(line);
            List<?> elements = json instanceof List<?> several ? several : List.of(json);
            return reading(elements, line);
        } catch (DeserializationException e) {
            throw located("this is no JSON, at character " + (e.getPosition() + 1), e);
        } catch (Misread e) {
            throw located(String.valueOf(e.getMessage()), e);
        }
    }

    private static RecordedReading reading(List<?> elements, String line) {
        List<Measurement> measurements = new ArrayList<>(elements.size());
        Set<String> channels = new HashSet<>();
        Map<?, ?> first = elements.isEmpty() ? Map.of() : object(elements.get(0));
        String asset = text(first, "asset");
        String observedAt = text(first, "observedAt");
        for (Object element : elements) {
            Map<?, ?> object = object(element);
            require(
                    text(object, "asset").equals(asset)
                            && text(object, "observedAt").equals(observedAt),
                    "the objects of the array differ in asset or observedAt");
            Measurement measurement = measurement(object);
            require(channels.add(measurement.channel()), "the channel " + measurement.channel() + " stands twice");
            measurements.add(measurement);
        }
        return new RecordedReading(optional(first, "id"), asset, instant(observedAt), measurements, line);
    }

    private static Map<?, ?> object(Object json) {
        if (json instanceof Map<?, ?> object) {
            return object;
        }
        throw new Misread("expected a reading, an object such as {\"asset\":...}, or an array of such objects");
    }

    private static Measurement measurement(Map<?, ?> object) {
        if (object.get("value") instanceof Number number && Double.isFinite(number.doubleValue())) {
            return new Measurement(text(object, "channel"), number.doubleValue(), optional(object, "unit"));
        }
        throw new Misread("'value' is " + object.get("value") + ": expected a finite number");
    }

    private static String text(Map<?, ?> object, String name) {
        if (object.get(name) instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new Misread("'" + name + "' is " + object.get(name) + ": expected a text");
    }

    private static String optional(Map<?, ?> object, String name) {
        return object.get(name) == null ? "" : text(object, name);
    }

    private static Instant instant(String text) {
        try {
            return DateTimeFormatter.ISO_INSTANT.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new Misread("'observedAt' is " + text + ": expected an instant such as 2026-01-01T00:00:05Z");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new Misread(otherwise);
        }
    }

    private IOException located(String what, Exception cause) {
        return new IOException(file + ":" + number + ": " + what, cause);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** What is wrong with a line; its place is added. */
    private static final class Misread extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Misread(String message) {
            super(message);
        }
    }
}
