package io.qanat.inference.camel;

import io.qanat.inference.BatchOptions;
import io.qanat.inference.BatchOptions.OnFull;
import io.qanat.inference.DynamicBatcher;
import io.qanat.inference.Placement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
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
 * Score windows with an ONNX model, in batches. It takes a Window and gives a Score, or a list of windows and gives a list
 * of scores. Windows that wait are scored together; all steps with the same model share its batches.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "onnx",
        title = "ONNX",
        syntax = "onnx:model",
        producerOnly = true,
        headersClass = OnnxEndpoint.class,
        category = {Category.AI, Category.IOT})
public class OnnxEndpoint extends DefaultEndpoint {
    @Metadata(
            label = "producer",
            description = "Priority of this exchange, 1 to 3, instead of the option's.",
            javaType = "Integer")
    public static final String PRIORITY = "QanatPriority";

    private static final long LONGEST_TIMEOUT_MILLIS = 3_600_000;
    private static final String MAX_BATCH = "32";
    private static final String MAX_DELAY = "0";
    private static final String MAX_QUEUE = "1024";
    private static final String TIMEOUT = "0";
    private static final String DEFAULT_PRIORITY = "2";

    @UriPath(
            description = "Name of the model. Its active version may be replaced while the route runs. Steps with the"
                    + " same model share its batches and need the same options, except priority and timeout.")
    @Metadata(required = true)
    private String model = "";

    @UriParam(
            label = "producer",
            defaultValue = MAX_BATCH,
            description = "Most windows in one run of the model, 1 to 4096; a model with a fixed batch dimension"
                    + " lowers it to that.")
    private int maxBatch = Integer.parseInt(MAX_BATCH);

    @UriParam(
            label = "producer",
            defaultValue = MAX_DELAY,
            description = "How long a window waits while no batch of a preferred size can be formed, in milliseconds,"
                    + " 0 to 60000. With 0 it is scored as soon as the model is free, together with what waits then.")
    private long maxDelay = Long.parseLong(MAX_DELAY);

    @UriParam(
            label = "producer",
            description = "Batch sizes that are worth waiting for, separated by commas, each 1 to maxBatch. The largest"
                    + " one that can be formed runs at once. Default: maxBatch alone.")
    private String preferredBatchSizes = "";

    @UriParam(
            label = "producer,advanced",
            defaultValue = MAX_QUEUE,
            description = "How many windows may wait for the model, maxBatch to 1000000. What happens beyond that says"
                    + " onFull.")
    private int maxQueue = Integer.parseInt(MAX_QUEUE);

    @UriParam(
            label = "producer,advanced",
            defaultValue = "wait",
            enums = "wait,reject",
            description = "When maxQueue windows wait: wait has the route's thread wait for room, and with it what"
                    + " feeds the route; reject counts the window as rejected with the reason queue-full, or fails the"
                    + " exchange where there is no journey.")
    private String onFull = "wait";

    @UriParam(
            label = "producer,advanced",
            defaultValue = TIMEOUT,
            description = "How long a window may wait for its run, in milliseconds, 0 to 3600000; 0 is without end."
                    + " After it the window is rejected with the reason timeout, or the exchange fails where there is no"
                    + " journey.")
    private long timeout = Long.parseLong(TIMEOUT);

    @UriParam(
            label = "producer",
            defaultValue = DEFAULT_PRIORITY,
            description = "1, taken before all others, to 3, taken when nothing else waits. The header QanatPriority"
                    + " overrides it.")
    private int priority = Integer.parseInt(DEFAULT_PRIORITY);

    @UriParam(
            label = "producer,advanced",
            description = "How many runs at a time, 1 to 64, each with a session and a thread of its own. Default:"
                    + " instances of model.json, or else 1.")
    private int instances;

    @UriParam(
            label = "producer,advanced",
            description = "Threads that compute one run, 1 to 64. Default: intraOpThreads of model.json, or else 1,"
                    + " which is the fastest for small models.")
    private int intraOpThreads;

    @UriParam(
            label = "producer,advanced",
            defaultValue = Placement.CPU,
            enums = "cpu,xnnpack,acl,cuda,tensorrt,openvino,coreml,nnapi",
            description = "Execution provider of ONNX Runtime. The route does not start when the library lacks it.")
    private String provider = Placement.CPU;

    @UriParam(
            label = "producer,advanced",
            description = "Variant of the model's package, such as int8. Default: the one that was asked for at"
                    + " activation, or else defaultVariant of model.json.")
    private String variant = "";

    public OnnxEndpoint(String uri, OnnxComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        requireRange("timeout", timeout, LONGEST_TIMEOUT_MILLIS);
        requireRange("instances", instances, Placement.MOST);
        requireRange("intraOpThreads", intraOpThreads, Placement.MOST);
        DynamicBatcher.requirePriority(priority);
        // Made here so that a wrong option is told before the route starts.
        batchOptions();
        placement(Placement.DEFAULT);
        OnnxComponent component = (OnnxComponent) getComponent();
        return new OnnxProducer(this, component.models(), component.isGuest());
    }

    private static void requireRange(String option, long value, long most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException(option + " is " + value + ": it must be 0 to " + most);
        }
    }

    BatchOptions batchOptions() {
        return new BatchOptions(maxBatch, Duration.ofMillis(maxDelay), preferredSizes(), maxQueue, onFullOption());
    }

    private List<Integer> preferredSizes() {
        try {
            return Stream.of(preferredBatchSizes.split(","))
                    .map(String::strip)
                    .filter(size -> !size.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "preferredBatchSizes is " + preferredBatchSizes
                            + ": it must be whole numbers separated by commas, such as 8,16,32",
                    e);
        }
    }

    private OnFull onFullOption() {
        return switch (onFull.toLowerCase(Locale.ROOT)) {
            case "wait" -> OnFull.WAIT;
            case "reject" -> OnFull.REJECT;
            default -> throw new IllegalArgumentException("onFull is " + onFull + ": it must be wait or reject");
        };
    }

    /** Where the model runs, when its package says {@code wanted}. */
    Placement placement(Placement wanted) {
        return new Placement(
                instances == 0 ? wanted.instances() : instances,
                intraOpThreads == 0 ? wanted.intraOpThreads() : intraOpThreads,
                provider);
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

    public String getPreferredBatchSizes() {
        return preferredBatchSizes;
    }

    public void setPreferredBatchSizes(String preferredBatchSizes) {
        this.preferredBatchSizes = preferredBatchSizes;
    }

    public int getMaxQueue() {
        return maxQueue;
    }

    public void setMaxQueue(int maxQueue) {
        this.maxQueue = maxQueue;
    }

    public String getOnFull() {
        return onFull;
    }

    public void setOnFull(String onFull) {
        this.onFull = onFull;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public int getPriority() {
        return priority;
    }

    public void setPriority(int priority) {
        this.priority = priority;
    }

    public int getInstances() {
        return instances;
    }

    public void setInstances(int instances) {
        this.instances = instances;
    }

    public int getIntraOpThreads() {
        return intraOpThreads;
    }

    public void setIntraOpThreads(int intraOpThreads) {
        this.intraOpThreads = intraOpThreads;
    }

    public String getProvider() {
        return provider;
    }

    public void setProvider(String provider) {
        this.provider = provider;
    }

    public String getVariant() {
        return variant;
    }

    public void setVariant(String variant) {
        this.variant = variant;
    }
}
