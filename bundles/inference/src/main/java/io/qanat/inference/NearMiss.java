package io.qanat.inference;

import java.util.Collection;
import java.util.Comparator;

/** Finds the name that was probably meant. */
final class NearMiss {
    private static final int MOST_EDITS = 3;

    private NearMiss() {}

    /** The end of a message: what was probably meant, or else what there is. */
    static String hint(String wrong, Collection<String> names) {
        if (names.isEmpty()) {
            return ", and no other one either: install its package below the models directory";
        }
        return names.stream()
                .min(Comparator.comparingInt((String name) -> edits(wrong, name)))
                .filter(name -> edits(wrong, name) <= MOST_EDITS)
                .map(name -> ", did you mean " + name + "?")
                .orElse("; active are " + String.join(", ", names));
    }

    /** How many letters must be changed, added or dropped to make one text of the other. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
