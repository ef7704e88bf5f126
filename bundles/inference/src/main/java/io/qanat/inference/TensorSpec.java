package io.qanat.inference;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Name, type and shape of a model's input or output. The first dimension is the number of windows.
 *
 * @param name as in the model file
 * @param type such as {@code float32}
 * @param batch how many windows a run must have; 0: any number
 * @param row the dimensions behind the first, each at least 1; empty for one value a window
 */
record TensorSpec(String name, String type, int batch, List<Integer> row) {
    TensorSpec {
        row = List.copyOf(row);
        if (row.stream().anyMatch(dimension -> dimension < 1)) {
            throw new IllegalArgumentException(
                    "tensor " + name + " has the row shape " + row + ": each dimension must be at least 1");
        }
    }

    /** Number of values that belong to one window. */
    int width() {
        return row.stream().reduce(1, Math::multiplyExact);
    }

    /** The most windows that a run may have. */
    int mostWindows() {
        return batch == 0 ? Integer.MAX_VALUE : batch;
    }

    /** The windows of a run that holds {@code windows}: a fixed number is filled up. */
    int padded(int windows) {
        return batch == 0 ? windows : batch;
    }

    /** The shape for {@code windows} windows. */
    long[] shape(int windows) {
        long[] shape = new long[row.size() + 1];
        shape[0] = windows;
        for (int i = 0; i < row.size(); i++) {
            shape[i + 1] = row.get(i);
        }
        return shape;
    }

    /** As people write it, such as {@code float32 [n,16,2]}. */
    String text() {
        String first = batch == 0 ? "n" : String.valueOf(batch);
        return type
                + row.stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(",", " [" + first + (row.isEmpty() ? "" : ","), "]"));
    }
}
