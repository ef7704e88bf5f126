package io.qanat.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Tensors over the first windows of a session's buffers.
 *
 * @param inputs by name
 * @param outputs by name
 */
record BatchTensors(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) implements AutoCloseable {
    static BatchTensors over(
            ModelManifest manifest, int windows, FloatBuffer input, FloatBuffer scores, FloatBuffer contributions)
            throws OrtException {
        BatchTensors tensors = new BatchTensors(new HashMap<>(), new HashMap<>());
        WindowSpec window = manifest.window();
        int channels = window.channels().size();
        boolean complete = false;
        try {
            tensors.inputs.put(manifest.input().name(), tensor(input, windows, window.length(), channels));
            tensors.outputs.put(ModelManifest.SCORE, tensor(scores, windows));
            if (manifest.givesContributions()) {
                tensors.outputs.put(ModelManifest.CONTRIBUTIONS, tensor(contributions, windows, channels));
            }
            complete = true;
        } finally {
            if (!complete) {
                tensors.close();
            }
        }
        return tensors;
    }

    private static OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
        int floats = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer.slice(0, floats), shape);
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
