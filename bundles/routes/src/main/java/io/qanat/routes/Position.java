package io.qanat.routes;

import java.util.Comparator;

/** A place in a route text; line and column count from 1. */
record Position(int line, int column) implements Comparable<Position> {
    static final Position START = new Position(1, 1);

    private static final Comparator<Position> ORDER =
            Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

    Position {
        if (line < 1 || column < 1) {
            throw new IllegalArgumentException("position " + line + ":" + column + ": both count from 1");
        }
    }

    /** What a parser says, which may be -1 when it does not know. */
    static Position reported(int line, int column) {
        return new Position(Math.max(line, 1), Math.max(column, 1));
    }

    /** Of the character at an offset. */
    static Position at(String text, int offset) {
        String before = text.substring(0, offset);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return new Position(line, offset - before.lastIndexOf('\n'));
    }

    /** The offset of this place in the text, no more than its length. */
    int offsetIn(String text) {
        int start = 0;
        for (int i = 1; i < line; i++) {
            int end = text.indexOf('\n', start);
            start = end < 0 ? text.length() : end + 1;
        }
        return Math.min(start + column - 1, text.length());
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return line + ":" + column;
    }
}
