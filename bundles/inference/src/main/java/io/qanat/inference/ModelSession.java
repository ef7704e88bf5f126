package io.qanat.inference;

import ai.onnxruntime.OrtException;
import io.qanat.api.ModelRef;
import io.qanat.api.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The buffers of one worker on a model, and the tensors over them.
 *
 * <pre>
 * input, direct:   | window 0: length x channels floats | window 1 | ... | window maxBatch-1 |
 * tensors:         |<------ n = 1 ---------------------->|
 *                  |<------ n = 2 --------------------------------->|    made when first needed
 * outputs, direct: the same with 1 float (score) and channels floats (contributions) per window
 * </pre>
 *
 * <p>Threads: one at a time.
 */
final class ModelSession implements AutoCloseable {
    private final LoadedModel model;
    private final ModelManifest manifest;
    private final ModelRef ref;
    private final FloatBuffer input;
    private final FloatBuffer scores;
    private final FloatBuffer contributions;
    /** By number of windows. */
    private final Map<Integer, BatchTensors> tensors = new HashMap<>();

    ModelSession(LoadedModel model, int maxBatch) {
        this.model = model;
        this.manifest = model.manifest();
        this.ref = model.ref();
        this.input = direct(maxBatch * manifest.window().size());
        this.scores = direct(maxBatch);
        this.contributions = direct(
                manifest.givesContributions()
                        ? maxBatch * manifest.window().channels().size()
                        : 0);
    }

    /** Direct and in native order, else ONNX Runtime works on a copy and the outputs never change. */
    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    WindowSpec window() {
        return manifest.window();
    }

    ModelRef ref() {
        return ref;
    }

    double threshold() {
        return manifest.threshold();
    }

    /** Scores at most {@code maxBatch} windows that fit. */
    void run(List<Window> windows) throws OrtException {
        input.clear();
        for (int i = 0; i < windows.size(); i++) {
            windows.get(i).copyTo(input);
        }
        BatchTensors batch = tensors(windows.size());
        model.run(batch.inputs(), batch.outputs());
    }

    private BatchTensors tensors(int windows) throws OrtException {
        BatchTensors batch = tensors.get(windows);
        if (batch == null) {
            batch = BatchTensors.over(manifest, windows, input, scores, contributions);
            tensors.put(windows, batch);
        }
        return batch;
    }

    /** Score of a window of the last run. */
    double score(int index) {
        return scores.get(index);
    }

    /** Contributions of a window of the last run by channel; empty when the model gives none. */
    Map<String, Double> contributions(int index) {
        if (contributions.capacity() == 0) {
            return Map.of();
        }
        List<String> channels = manifest.window().channels();
        Map<String, Double> byChannel = new HashMap<>();
        for (int i = 0; i < channels.size(); i++) {
            byChannel.put(channels.get(i), (double) contributions.get(index * channels.size() + i));
        }
        return byChannel;
    }

    /** Frees the tensors; the model stays. */
    @Override
    public void close() {
        tensors.values().forEach(BatchTensors::close);
        tensors.clear();
    }

    /** Frees the tensors and the model. */
    void closeWithModel() {
        close();
        model.close();
    }
}
