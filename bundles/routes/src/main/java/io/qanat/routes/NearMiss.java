package io.qanat.routes;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody probably meant. Threads: any. */
final class NearMiss {
    private NearMiss() {}

    /** The most similar of the names, if it is at most a third of its letters away. */
    static Optional<String> of(String word, Collection<String> names) {
        return names.stream()
                .filter(name -> !name.equals(word) && distance(word, name) <= Math.max(1, name.length() / 3))
                .min(Comparator.comparingInt((String name) -> distance(word, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Levenshtein's: how many letters to insert, remove or replace; case does not count. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            int diagonal = i;
            for (int j = 0; j <= b.length(); j++) {
                int above = row[j];
                int replaced = i > 0 && j > 0 && a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
                row[j] = i == 0 ? j : j == 0 ? i : Math.min(replaced, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
