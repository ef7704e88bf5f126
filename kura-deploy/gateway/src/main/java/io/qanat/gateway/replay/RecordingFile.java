package io.qanat.gateway.replay;

import io.qanat.gateway.demo.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A recording in the form in which the gateway reads it. One that ends in {@code .csv} is taken for the demo's and is written
 * anew for that time.
 *
 * @param readings JSON Lines
 * @param events that are labelled in it; empty when it has no labels
 * @param window time that a window of the demo's model takes, where the recording is the demo's
 * @param temporary whether the file is to be deleted
 */
public record RecordingFile(Path readings, List<Label> events, Optional<Duration> window, boolean temporary)
        implements AutoCloseable {
    /** Readings in a window of the demo's model. */
    private static final int WINDOW = 16;

    public RecordingFile {
        events = List.copyOf(events);
    }

    public static RecordingFile open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no recording " + file);
        }
        return file.toString().endsWith(".csv")
                ? written(Recording.read(file))
                : new RecordingFile(file.toAbsolutePath(), List.of(), Optional.empty(), false);
    }

    private static RecordingFile written(Recording recording) throws IOException {
        Path file = Files.createTempFile("qanat-recording", ".jsonl");
        try {
            recording.writeReadings(file);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        List<Label> events = recording.events().stream()
                .map(event -> new Label(
                        event.mote(), Recording.observedAt(event.first()), Recording.observedAt(event.last())))
                .toList();
        return new RecordingFile(file, events, Optional.of(Recording.PERIOD.multipliedBy(WINDOW)), true);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(readings);
        }
    }
}
