package io.qanat.routes;

/**
 * A value of a route text, as it is read, and the place of each of its characters: escapes and folded lines make it
 * another text than what its author wrote. Threads: any.
 */
final class LocatedValue {
    private final String value;
    private final String text;
    private final int name;
    private final int[] offsets;

    /**
     * @param name offset of the name to which the value belongs
     * @param offsets in the text, of each character of the value and of its end
     */
    private LocatedValue(String value, String text, int name, int[] offsets) {
        this.value = value;
        this.text = text;
        this.name = name;
        this.offsets = offsets;
    }

    /** How a language writes characters that cannot stand for themselves. */
    interface Escapes {
        /** How many characters of the text at this place stand for one of the value; 0 when it is no escape. */
        int length(String text, int at);

        /** How many characters at this place belong to nothing in the value, such as a quote. */
        int silent(String text, int at);
    }

    /**
     * Finds each character of a value again.
     *
     * @param from offset of the first character of what is written
     * @param to offset behind the last
     */
    static LocatedValue of(String value, String text, int name, int from, int to, Escapes escapes) {
        int[] offsets = new int[value.length() + 1];
        int at = from;
        for (int i = 0; i < value.length(); i++) {
            at = find(value.charAt(i), text, at, to, escapes);
            offsets[i] = Math.min(at, to);
            at += Math.max(1, at < to ? escapes.length(text, at) : 0);
        }
        offsets[value.length()] = Math.min(at, to);
        return new LocatedValue(value, text, name, offsets);
    }

    private static int find(char wanted, String text, int from, int to, Escapes escapes) {
        int at = from;
        while (at < to) {
            int silent = escapes.silent(text, at);
            if (silent == 0 && (escapes.length(text, at) > 0 || same(wanted, text.charAt(at)))) {
                return at;
            }
            at += Math.max(1, silent);
        }
        return to;
    }

    /** A line break may be read as a space. */
    private static boolean same(char wanted, char written) {
        return wanted == written || (Character.isWhitespace(wanted) && Character.isWhitespace(written));
    }

    String value() {
        return value;
    }

    /** Of the attribute or key. */
    Position namePosition() {
        return Position.at(text, name);
    }

    /** Of the value's first character. */
    Position position() {
        return positionOf(0);
    }

    /** Of one of the value's characters, or of its end. */
    Position positionOf(int index) {
        return Position.at(text, offsets[Math.max(0, Math.min(index, value.length()))]);
    }

    @Override
    public String toString() {
        return value;
    }
}
