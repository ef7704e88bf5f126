package io.qanat.gateway.demo;

import io.qanat.gateway.demo.Recording.Event;
import io.qanat.gateway.demo.Recording.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How raises agree with the labelled events. An event is detected by a raise from its first row until one window after
 * its last; a raise is false when it is outside every event plus or minus one window. Only rows that the model was not
 * trained on count.
 *
 * @param eventsDetected events with at least one raise
 * @param falseAlarms raises without an event
 */
public record Evaluation(int eventsDetected, int falseAlarms) {
    /** Rows in a window. */
    private static final int WINDOW = 16;

    private static final double SIGMAS = 3;

    /** A raise at one row of one mote. */
    public record Raise(String mote, int index) {}

    /** @param trainedBefore first row, in each mote, that the model was not trained on */
    static Evaluation of(List<Raise> raises, Recording recording, int trainedBefore) {
        List<Event> events = recording.events();
        long detected = events.stream()
                .filter(event -> raises.stream().anyMatch(raise -> within(raise, event, 0)))
                .count();
        long wrong = raises.stream()
                .filter(raise -> raise.index() >= trainedBefore)
                .filter(raise -> events.stream().noneMatch(event -> within(raise, event, WINDOW)))
                .count();
        return new Evaluation((int) detected, (int) wrong);
    }

    private static boolean within(Raise raise, Event event, int before) {
        return raise.mote().equals(event.mote())
                && raise.index() >= event.first() - before
                && raise.index() <= event.last() + WINDOW;
    }

    /**
     * The plain alternative: raises when a channel's difference to the row before exceeds three standard deviations of
     * the differences in the training rows; clears after a window of rows without one.
     */
    static Evaluation baseline(Recording recording, int trainedBefore) {
        List<Raise> raises = new ArrayList<>();
        recording.motes().forEach((mote, rows) -> {
            double humidity = SIGMAS * sigma(rows, trainedBefore, Row::humidity);
            double temperature = SIGMAS * sigma(rows, trainedBefore, Row::temperature);
            int quietSince = -WINDOW;
            for (int i = 1; i < rows.size(); i++) {
                if (Math.abs(difference(rows, i, Row::humidity)) > humidity
                        || Math.abs(difference(rows, i, Row::temperature)) > temperature) {
                    if (i - quietSince > WINDOW) {
                        raises.add(new Raise(mote, i));
                    }
                    quietSince = i;
                }
            }
        });
        return of(raises, recording, trainedBefore);
    }

    private static double difference(List<Row> rows, int index, ToDoubleFunction<Row> channel) {
        return channel.applyAsDouble(rows.get(index)) - channel.applyAsDouble(rows.get(index - 1));
    }

    private static double sigma(List<Row> rows, int before, ToDoubleFunction<Row> channel) {
        int count = Math.min(before, rows.size()) - 1;
        double sum = 0;
        double squares = 0;
        for (int i = 1; i <= count; i++) {
            double difference = difference(rows, i, channel);
            sum += difference;
            squares += difference * difference;
        }
        double mean = sum / count;
        return Math.sqrt(squares / count - mean * mean);
    }
}
