package io.qanat.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.qanat.api.Score;
import io.qanat.api.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory for up to {@code maxBatch} windows and their scores, on which a session runs without copying or allocating.
 *
 * <p>All buffers are direct: on a heap buffer ONNX Runtime works on a copy, and a pinned output never shows up in it.
 * The tensors for each batch size lie over the same memory and are made when the size first occurs.
 *
 * <p>Threads: one at a time.
 */
final class BatchBuffers implements AutoCloseable {
    private final ModelSession session;
    private final OrtSession ort;
    private final FloatBuffer input;
    private final Map<String, FloatBuffer> outputs = new HashMap<>();
    private final FloatBuffer scores;
    private final @Nullable FloatBuffer contributions;
    private final @Nullable Tensors[] tensors;

    BatchBuffers(ModelSession session, OrtSession ort, int most) {
        this.session = session;
        this.ort = ort;
        int maxBatch = session.manifest().input().padded(most);
        this.tensors = new Tensors[maxBatch];
        this.input = direct(maxBatch, session.manifest().input());
        this.scores = output(maxBatch, session.manifest().output(Manifest.SCORE).orElseThrow());
        this.contributions = session.manifest()
                .output(Manifest.CONTRIBUTIONS)
                .map(spec -> output(maxBatch, spec))
                .orElse(null);
    }

    private FloatBuffer output(int maxBatch, TensorSpec spec) {
        FloatBuffer buffer = direct(maxBatch, spec);
        outputs.put(spec.name(), buffer);
        return buffer;
    }

    private static FloatBuffer direct(int maxBatch, TensorSpec spec) {
        int floats = Math.multiplyExact(maxBatch, spec.width());
        return ByteBuffer.allocateDirect(Math.multiplyExact(floats, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Bytes outside the heap, without what ONNX Runtime allocates itself. */
    long bytes() {
        long floats = input.capacity();
        for (FloatBuffer output : outputs.values()) {
            floats += output.capacity();
        }
        return floats * Float.BYTES;
    }

    /** Begins a batch. */
    void begin() {
        input.clear();
    }

    /** Adds a window to the batch. */
    void put(Window window) {
        window.copyTo(input);
    }

    /** Adds a window to the batch, row-major {@code [length, channels]}. */
    void put(float[] window) {
        input.put(window);
    }

    /** Runs the first {@code windows} windows. A model with a fixed batch gets the first one again in the other rows. */
    void run(int windows) throws OrtException {
        TensorSpec spec = session.manifest().input();
        int rows = spec.padded(windows);
        for (int row = windows; row < rows; row++) {
            input.put(row * spec.width(), input, 0, spec.width());
        }
        Tensors batch = tensors(rows);
        // Closing the result frees the list of outputs, not the pinned tensors in it.
        ort.run(batch.inputs, batch.outputs).close();
    }

    private Tensors tensors(int windows) throws OrtException {
        Tensors made = tensors[windows - 1];
        if (made == null) {
            made = new Tensors();
            try {
                made.inputs.put(
                        session.manifest().input().name(),
                        tensor(made, input, session.manifest().input(), windows));
                for (Map.Entry<String, FloatBuffer> output : outputs.entrySet()) {
                    TensorSpec spec = session.manifest().output(output.getKey()).orElseThrow();
                    made.outputs.put(output.getKey(), tensor(made, output.getValue(), spec, windows));
                }
            } catch (OrtException | RuntimeException e) {
                made.close();
                throw e;
            }
            tensors[windows - 1] = made;
        }
        return made;
    }

    private static OnnxTensor tensor(Tensors owner, FloatBuffer memory, TensorSpec spec, int windows)
            throws OrtException {
        FloatBuffer part = memory.duplicate().clear().limit(windows * spec.width());
        OnnxTensor tensor = OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), part, spec.shape(windows));
        owner.all.add(tensor);
        return tensor;
    }

    /** The score of one window of the last run, unchecked. */
    float score(int index) {
        return scores.get(index);
    }

    /** The score of one window of the last run. */
    Score score(int index, Window window) throws ScoringException {
        float value = scores.get(index);
        if (!Float.isFinite(value)) {
            throw notFinite(window, Manifest.SCORE, value);
        }
        return new Score(
                window.asset(),
                window.from(),
                window.to(),
                value,
                session.manifest().threshold(),
                contributions(index, window),
                session.ref());
    }

    private Map<String, Double> contributions(int index, Window window) throws ScoringException {
        if (contributions == null) {
            return Map.of();
        }
        List<String> channels = session.manifest().channels();
        // Straight to an immutable map: the score would copy another one.
        @SuppressWarnings({"unchecked", "rawtypes"})
        Map.Entry<String, Double>[] shares = new Map.Entry[channels.size()];
        for (int channel = 0; channel < shares.length; channel++) {
            float share = contributions.get(index * shares.length + channel);
            if (!Float.isFinite(share)) {
                throw notFinite(window, Manifest.CONTRIBUTIONS, share);
            }
            shares[channel] = Map.entry(channels.get(channel), (double) share);
        }
        return Map.ofEntries(shares);
    }

    private ScoringException notFinite(Window window, String output, float value) {
        return new ScoringException(
                ScoringException.NOT_FINITE,
                "model " + session.manifest().name() + " gave " + output + " " + value + " for the window of "
                        + window.asset() + " that ends at " + window.to()
                        + ": its readings are beyond what the model can take");
    }

    @Override
    public void close() {
        for (int i = 0; i < tensors.length; i++) {
            Tensors made = tensors[i];
            if (made != null) {
                made.close();
                tensors[i] = null;
            }
        }
    }

    /** The tensors for one batch size. */
    private static final class Tensors implements AutoCloseable {
        private final Map<String, OnnxTensor> inputs = new HashMap<>();
        private final Map<String, OnnxTensor> outputs = new HashMap<>();
        private final List<OnnxTensor> all = new ArrayList<>();

        @Override
        public void close() {
            all.forEach(OnnxTensor::close);
        }
    }
}
