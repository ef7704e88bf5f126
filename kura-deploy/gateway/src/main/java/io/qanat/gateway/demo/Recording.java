package io.qanat.gateway.demo;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The recording {@code suthaharan_single_hop}. It has no times: {@code observedAt} is made from the sampling period.
 *
 * @param motes rows by mote, in the order of the recording
 */
public record Recording(Map<String, List<Row>> motes) {
    /** Sampling period of the motes. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** Made up: the day of the recording. */
    static final Instant START = Instant.parse("2010-05-09T00:00:00Z");

    private static final int COLUMNS = 6;

    /**
     * One reading.
     *
     * @param humidity in %RH
     * @param temperature in degrees Celsius
     * @param labelled whether the recording's authors mark it as anomalous
     */
    public record Row(double humidity, double temperature, boolean labelled) {}

    /**
     * A run of labelled rows.
     *
     * @param first index of its first row in the mote
     * @param last index of its last row in the mote
     */
    public record Event(String mote, int first, int last) {}

    /**
     * Reads {@code reading,mote_id,indoor,humidity,temperature,label}.
     *
     * @throws IOException with file and line of what is wrong
     */
    public static Recording read(Path csv) throws IOException {
        Map<String, List<Row>> motes = new LinkedHashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(csv)) {
            String line = lines.readLine();
            for (int number = 2; (line = lines.readLine()) != null; number++) {
                if (!line.isBlank()) {
                    add(motes, csv + ":" + number, line.split(",", -1));
                }
            }
        }
        return new Recording(motes);
    }

    private static void add(Map<String, List<Row>> motes, String place, String[] cells) throws IOException {
        try {
            Row row = new Row(
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    cells[COLUMNS - 1].strip().equals("1"));
            motes.computeIfAbsent("mote-" + cells[1], mote -> new ArrayList<>()).add(row);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(
                    place + ": expected reading,mote_id,indoor,humidity,temperature,label with numbers, found '"
                            + String.join(",", cells) + "'",
                    e);
        }
    }

    /** The readings as JSON Lines, docs/formats.md, in the order of their time. */
    public void writeReadings(Path file) throws IOException {
        int longest = motes.values().stream().mapToInt(List::size).max().orElse(0);
        try (OutputStream lines = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int index = 0; index < longest; index++) {
                for (Map.Entry<String, List<Row>> mote : motes.entrySet()) {
                    if (index < mote.getValue().size()) {
                        lines.write(Replayer.payload(
                                mote.getKey(), index, mote.getValue().get(index)));
                        lines.write('\n');
                    }
                }
            }
        }
    }

    public int size() {
        return motes.values().stream().mapToInt(List::size).sum();
    }

    public static Instant observedAt(int index) {
        return START.plus(PERIOD.multipliedBy(index));
    }

    static int index(Instant observedAt) {
        return Math.toIntExact(Duration.between(START, observedAt).dividedBy(PERIOD));
    }

    /** The labelled events of all motes. */
    public List<Event> events() {
        List<Event> events = new ArrayList<>();
        motes.forEach((mote, rows) -> {
            int first = -1;
            for (int i = 0; i <= rows.size(); i++) {
                boolean labelled = i < rows.size() && rows.get(i).labelled();
                if (labelled && first < 0) {
                    first = i;
                } else if (!labelled && first >= 0) {
                    events.add(new Event(mote, first, i - 1));
                    first = -1;
                }
            }
        });
        return events;
    }
}
