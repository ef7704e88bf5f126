package io.qanat.inference.camel;

import io.qanat.inference.BatchOptions;
import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Scores windows with an ONNX model. It takes a Window and gives a Score. The windows of all assets and routes that use
 * the model join into one batch.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "onnx",
        title = "ONNX model",
        syntax = "onnx:model",
        producerOnly = true,
        category = {Category.AI, Category.IOT})
public class OnnxEndpoint extends DefaultEndpoint {
    private static final String DEFAULT_MAX_BATCH = "32";
    private static final String DEFAULT_MAX_DELAY = "0";
    private static final String DEFAULT_QUEUE = "1024";

    @UriPath(
            description = "Name of the model, whichever version of it is active. Steps with the same model share its"
                    + " batches and need the same options.")
    @Metadata(required = true)
    private String model = "";

    @UriParam(
            label = "producer",
            defaultValue = DEFAULT_MAX_BATCH,
            description = "Most windows in one run of the model, 1 to 1024.")
    private int maxBatch = Integer.parseInt(DEFAULT_MAX_BATCH);

    @UriParam(
            label = "producer",
            defaultValue = DEFAULT_MAX_DELAY,
            javaType = "java.time.Duration",
            description = "How long a window may wait for others while the batch is not full, in milliseconds, 0 to"
                    + " 60000. With 0 a run takes all that waits at its start, and a single window runs at once.")
    private long maxDelay = Long.parseLong(DEFAULT_MAX_DELAY);

    @UriParam(
            label = "producer,advanced",
            defaultValue = DEFAULT_QUEUE,
            description = "Most windows that wait for the model, at least maxBatch. While it is full, what comes next"
                    + " waits at this step.")
    private int queue = Integer.parseInt(DEFAULT_QUEUE);

    public OnnxEndpoint(String uri, OnnxComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new OnnxProducer(this, ((OnnxComponent) getComponent()).models());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "onnx:" + model + " cannot start a route: use it as a step behind a window: step");
    }

    BatchOptions options() {
        return new BatchOptions(maxBatch, Duration.ofMillis(maxDelay), queue);
    }

    public String getModel() {
        return model;
    }

    public void setModel(String model) {
        this.model = model;
    }

    public int getMaxBatch() {
        return maxBatch;
    }

    public void setMaxBatch(int maxBatch) {
        this.maxBatch = maxBatch;
    }

    public long getMaxDelay() {
        return maxDelay;
    }

    public void setMaxDelay(long maxDelay) {
        this.maxDelay = maxDelay;
    }

    public int getQueue() {
        return queue;
    }

    public void setQueue(int queue) {
        this.queue = queue;
    }
}
