package io.qanat.gateway.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An event that an alarm should find.
 *
 * @param asset of which
 * @param from {@code observedAt} of its first reading
 * @param to {@code observedAt} of its last reading
 */
public record Label(String asset, Instant from, Instant to) {
    private static final String HEADER = "asset,from,to";
    private static final int CELLS = 3;

    public Label {
        if (asset.isBlank()) {
            throw new IllegalArgumentException("the asset is blank: name it as the readings do");
        }
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("the event ends at " + to + ", before it begins at " + from);
        }
    }

    /**
     * Reads a CSV file:
     *
     * <pre>
     * asset,from,to
     * mote-1,2010-05-09T03:13:45Z,2010-05-09T03:23:20Z
     * </pre>
     *
     * @throws IOException with file and line of what is wrong
     */
    public static List<Label> read(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
            throw new IOException(csv + ":1: expected the header " + HEADER);
        }
        List<Label> labels = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                labels.add(parse(csv + ":" + (i + 1), lines.get(i)));
            }
        }
        if (labels.isEmpty()) {
            throw new IOException(csv + ":1: there is no event: expected a line such as"
                    + " mote-1,2010-05-09T03:13:45Z,2010-05-09T03:23:20Z");
        }
        return labels;
    }

    private static Label parse(String place, String line) throws IOException {
        String[] cells = line.split(",", -1);
        if (cells.length != CELLS) {
            throw new IOException(place + ": " + cells.length + " values: expected " + HEADER);
        }
        try {
            return new Label(cells[0].strip(), Instant.parse(cells[1].strip()), Instant.parse(cells[2].strip()));
        } catch (DateTimeException e) {
            throw new IOException(place + ": no instant such as 2010-05-09T03:13:45Z: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }
}
