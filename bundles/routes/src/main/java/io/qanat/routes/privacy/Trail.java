package io.qanat.routes.privacy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way of a message up to one step, newest step last. */
record Trail(@Nullable Trail before, String text, int line, String label) {
    Trail then(String text, int line, String label) {
        return new Trail(this, text, line, label);
    }

    /** The line of the last step in a text; -1 when the way does not touch it. */
    int lastLineIn(String name) {
        for (Trail step = this; step != null; step = step.before) {
            if (step.text.equals(name)) {
                return step.line;
            }
        }
        return -1;
    }

    /** Whether a step of the way stands in a text. */
    boolean touches(String name) {
        return text.equals(name) || (before != null && before.touches(name));
    }

    String shown(String name) {
        Deque<Trail> steps = new ArrayDeque<>();
        for (Trail step = this; step != null; step = step.before) {
            steps.addFirst(step);
        }
        return steps.stream().map(step -> step.one(name)).collect(Collectors.joining(" -> "));
    }

    private String one(String name) {
        if (line < 1) {
            return label;
        }
        return label + (text.equals(name) ? " (line " + line + ")" : " (" + text + " line " + line + ")");
    }
}
