package io.qanat.inference;

import io.qanat.api.ModelException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An input or output of a model.
 *
 * @param name as in the graph
 * @param type as ONNX names it, such as {@code float32}
 * @param shape {@link #ANY} for a dimension that each run may choose
 */
record TensorSpec(String name, String type, List<Long> shape) {
    /** A dimension that each run may choose, as ONNX Runtime writes it; {@code null} in {@code model.json}. */
    static final long ANY = -1;

    TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Refuses another type or shape: {@code where} says whose this is, {@code source} who asks for the expected one. */
    void require(TensorSpec expected, String where, String source) throws ModelException {
        if (!equals(expected)) {
            throw new ModelException(
                    where + " has " + this + ", " + source + " " + expected + ": make the graph and model.json agree");
        }
    }

    @Override
    public String toString() {
        return name + " " + type
                + shape.stream()
                        .map(dimension -> dimension == ANY ? "null" : dimension.toString())
                        .collect(Collectors.joining(",", "[", "]"));
    }
}
