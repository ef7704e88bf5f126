package io.qanat.inference;

import java.math.BigInteger;
import java.util.List;

/**
 * A version such as {@code 1.10.0}, ordered part by part: numbers by value, and before any text.
 *
 * @param parts what is between the dots
 */
record PackageVersion(List<String> parts) implements Comparable<PackageVersion> {
    PackageVersion {
        parts = List.copyOf(parts);
    }

    static PackageVersion of(String text) {
        return new PackageVersion(List.of(text.split("\\.", -1)));
    }

    @Override
    public int compareTo(PackageVersion other) {
        int common = Math.min(parts.size(), other.parts.size());
        for (int i = 0; i < common; i++) {
            int order = compare(parts.get(i), other.parts.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(parts.size(), other.parts.size());
    }

    private static int compare(String left, String right) {
        boolean leftNumber = isNumber(left);
        boolean rightNumber = isNumber(right);
        if (leftNumber && rightNumber) {
            return new BigInteger(left).compareTo(new BigInteger(right));
        }
        return leftNumber == rightNumber ? left.compareTo(right) : leftNumber ? -1 : 1;
    }

    private static boolean isNumber(String part) {
        return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
