package io.qanat.routes;

import io.qanat.api.RouteException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The mistakes found in one text, told together. Threads: one. */
final class Mistakes {
    private final String text;
    private final List<Mistake> found = new ArrayList<>();

    /** @param text its name, with which each line begins */
    Mistakes(String text) {
        this.text = text;
    }

    void add(Position position, String message) {
        found.add(new Mistake(position, message));
    }

    boolean any() {
        return !found.isEmpty();
    }

    /** @throws RouteException with all mistakes in the order of the text, if there are any */
    void refuse() throws RouteException {
        if (!found.isEmpty()) {
            throw new RouteException(lines());
        }
    }

    private String lines() {
        return found.stream()
                .sorted(Comparator.comparing(Mistake::position))
                .map(mistake -> line(text, mistake.position(), mistake.message()))
                .collect(Collectors.joining("\n"));
    }

    static String line(String text, Position position, String message) {
        return text + ":" + position + ": " + message.strip().replaceAll("\\s+", " ");
    }

    private record Mistake(Position position, String message) {}
}
