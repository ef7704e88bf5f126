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
 * Score windows with an ONNX model, in batches. It takes a Window and gives a Score. Windows that wait are scored
 * together; all steps with the same model share its batches.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "onnx",
        title = "ONNX",
        syntax = "onnx:model",
        producerOnly = true,
        category = {Category.AI, Category.IOT})
public class OnnxEndpoint extends DefaultEndpoint {
    private static final String MAX_BATCH = "32";
    private static final String MAX_DELAY = "0";
    private static final String QUEUE = "1024";

    @UriPath(
            description = "Name of the model. Its active version may be replaced while the route runs. Steps with the"
                    + " same model share its batches and need the same options.")
    @Metadata(required = true)
    private String model = "";

    @UriParam(
            label = "producer",
            defaultValue = MAX_BATCH,
            description = "Most windows in one run of the model, 1 to 4096.")
    private int maxBatch = Integer.parseInt(MAX_BATCH);

    @UriParam(
            label = "producer",
            defaultValue = MAX_DELAY,
            description = "How long a window waits for others when the batch is not full, in milliseconds, 0 to 60000."
                    + " With 0 it is scored as soon as the model is free, together with what waits then.")
    private long maxDelay = Long.parseLong(MAX_DELAY);

    @UriParam(
            label = "producer,advanced",
            defaultValue = QUEUE,
            description = "How many windows may wait for the model, maxBatch to 1000000. When it is full the route"
                    + " waits, and with it what feeds the route.")
    private int queue = Integer.parseInt(QUEUE);

    public OnnxEndpoint(String uri, OnnxComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        BatchOptions options = new BatchOptions(maxBatch, Duration.ofMillis(maxDelay), queue);
        return new OnnxProducer(this, ((OnnxComponent) getComponent()).models(), options);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "onnx:" + model + " cannot start a route: use it as a step behind window:");
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
