package io.qanat.inference;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A small ONNX model, written node by node. It takes {@code input [n, length, channels]} and gives {@code score [n]}. */
final class OnnxGraph {
    /** The number of windows: free, as a package wants it. */
    static final String FREE = "n";

    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final int length;
    private final int channels;
    private long opset = 17;
    private Object batch = FREE;
    private Object lengthInFile;

    private OnnxGraph(int length, int channels) {
        this.length = length;
        this.channels = channels;
        this.lengthInFile = length;
    }

    static OnnxGraph of(int length, int channels) {
        return new OnnxGraph(length, channels);
    }

    /** Score is the mean of the window. */
    static OnnxGraph mean(int length, int channels) {
        return of(length, channels).reduceMean("input", "score", 1, 2);
    }

    /** Score is the logarithm of the window's mean: NaN for a negative one. */
    static OnnxGraph logarithm(int length, int channels) {
        return of(length, channels).reduceMean("input", "mean", 1, 2).node("Log", "mean", "score");
    }

    /** Score is one of 8 table entries, by the window's mean: ONNX Runtime throws when the mean is 8 or more. */
    static OnnxGraph table(int length, int channels) {
        return of(length, channels)
                .reduceMean("input", "mean", 1, 2)
                .node("Cast", List.of("mean"), "index", number("to", TensorProto.DataType.INT64_VALUE))
                .weights("table", new long[] {8}, 0, 1, 2, 3, 4, 5, 6, 7)
                .node("Gather", List.of("table", "index"), "score");
    }

    /** Score is the mean square of what an autoencoder of the given width leaves over. */
    static OnnxGraph dense(int length, int channels, int width, Random random) {
        int inputs = length * channels;
        return of(length, channels)
                .node("Flatten", "input", "flat")
                .weights("encode", new long[] {inputs, width}, random(random, inputs * width))
                .weights("decode", new long[] {width, inputs}, random(random, inputs * width))
                .node("MatMul", List.of("flat", "encode"), "code")
                .node("Relu", "code", "active")
                .node("MatMul", List.of("active", "decode"), "restored")
                .node("Sub", List.of("restored", "flat"), "difference")
                .node("Mul", List.of("difference", "difference"), "square")
                .reduceMean("square", "score", 1);
    }

    /** Score is the mean of two convolutions along time, with the given number of filters. */
    static OnnxGraph conv1d(int length, int channels, int filters, Random random) {
        int kernel = 5;
        return of(length, channels)
                .node("Transpose", List.of("input"), "columns", numbers("perm", 0, 2, 1))
                .weights("first", new long[] {filters, channels, kernel}, random(random, filters * channels * kernel))
                .weights("second", new long[] {filters, filters, kernel}, random(random, filters * filters * kernel))
                .node("Conv", List.of("columns", "first"), "a", numbers("pads", 2, 2), numbers("strides", 2))
                .node("Relu", "a", "b")
                .node("Conv", List.of("b", "second"), "c", numbers("pads", 2, 2), numbers("strides", 2))
                .node("Relu", "c", "d")
                .reduceMean("d", "score", 1, 2);
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 8;
        }
        return values;
    }

    /**
     * Score is the mean of what four convolutions, each halving the sides and all but the first doubling the filters, make
     * of a square picture in three colours; a window has a pixel in each row.
     */
    static OnnxGraph image(int side, int filters, Random random) {
        OnnxGraph image = of(side * side, 3)
                .node("Transpose", List.of("input"), "planes", numbers("perm", 0, 2, 1))
                .whole("square", 0, 3, side, side)
                .node("Reshape", List.of("planes", "square"), "picture0");
        int from = 3;
        for (int i = 0; i < 4; i++) {
            int to = filters << i;
            image.weights("kernel" + i, new long[] {to, from, 3, 3}, random(random, to * from * 9))
                    .node(
                            "Conv",
                            List.of("picture" + i, "kernel" + i),
                            "features" + i,
                            numbers("pads", 1, 1, 1, 1),
                            numbers("strides", 2, 2))
                    .node("Relu", "features" + i, "picture" + (i + 1));
            from = to;
        }
        return image.reduceMean("picture4", "score", 1, 2, 3);
    }

    OnnxGraph opset(long version) {
        opset = version;
        return this;
    }

    /** The model takes exactly so many windows a run. */
    OnnxGraph batch(long windows) {
        batch = windows;
        return this;
    }

    /** The length of the window is free in the file. */
    OnnxGraph anyLength() {
        lengthInFile = "length";
        return this;
    }

    OnnxGraph reduceMean(String from, String to, long... axes) {
        return node("ReduceMean", List.of(from), to, numbers("axes", axes), number("keepdims", 0));
    }

    OnnxGraph node(String operator, String from, String to) {
        return node(operator, List.of(from), to);
    }

    OnnxGraph node(String operator, List<String> from, String to, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(to)
                .addAllInput(from)
                .addOutput(to)
                .addAllAttribute(Arrays.asList(attributes)));
        return this;
    }

    static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static AttributeProto numbers(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    OnnxGraph weights(String name, long[] shape, float... values) {
        TensorProto.Builder tensor = tensor(name, shape);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    private OnnxGraph whole(String name, long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Weights that are in another file beside the model. */
    OnnxGraph weightsElsewhere(String name, String file, long... shape) {
        graph.addInitializer(tensor(name, shape)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(file)));
        return this;
    }

    private static TensorProto.Builder tensor(String name, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        return tensor;
    }

    int length() {
        return length;
    }

    int channels() {
        return channels;
    }

    byte[] bytes() {
        graph.clearInput().clearOutput();
        graph.addInput(value("input", batch, lengthInFile, channels)).addOutput(value("score", batch));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static ValueInfoProto value(String name, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            TensorShapeProto.Dimension.Builder made = shape.addDimBuilder();
            if (dimension instanceof Number number) {
                made.setDimValue(number.longValue());
            } else {
                made.setDimParam(dimension.toString());
            }
        }
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }
}
