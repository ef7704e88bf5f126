package io.qanat.ingest.camel;

import io.qanat.api.IngressConfig;
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
 * Journal what a route received, and begin routes with what is journalled.
 *
 * <p>As a step an exchange is done when its readings are journalled, or rejected and counted. As a consumer each reading of
 * the source is one exchange, in order; after a restart first those that were not finished.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "ingest",
        title = "Qanat ingest",
        syntax = "ingest:source",
        category = {Category.IOT, Category.MESSAGING})
public class IngestEndpoint extends DefaultEndpoint {
    /** What a step does while its source is full. */
    public enum OnFull {
        /** The calling thread waits, up to {@code timeout}. */
        wait,
        /** The step fails at once. */
        reject
    }

    @UriPath(description = "Name of the source in the ledger. One route begins with it, many steps may feed it.")
    @Metadata(required = true)
    private String source = "";

    @UriParam(
            label = "producer",
            description = "Asset of a body that is a number, a boolean or a map; the header QanatAsset replaces it.")
    private String asset = "";

    @UriParam(
            label = "producer",
            description = "Channel of a body that is a number or a boolean; the header QanatChannel replaces it.")
    private String channel = "";

    @UriParam(label = "producer", description = "Unit of a body that is a number, a boolean or a map.")
    private String unit = "";

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether the body is an array of readings, each on its own: objects of the same asset,"
                    + " observedAt and id are one reading.")
    private boolean batch;

    @UriParam(
            label = "producer",
            defaultValue = "wait",
            enums = "wait,reject",
            description = "What the step does while the source has no room: wait up to timeout, or fail at once.")
    private OnFull onFull = OnFull.wait;

    @UriParam(
            label = "producer",
            defaultValue = "30000",
            description = "How long the step waits for room, and for a route that begins with the source, in"
                    + " milliseconds; then it fails.")
    private long timeout = 30000;

    @UriParam(
            label = "consumer",
            defaultValue = "1024",
            description = "How many readings may be on their way through the route at once, and how many steps may wait"
                    + " for their answer.")
    private int maxInFlight = 1024;

    @UriParam(
            label = "consumer",
            defaultValue = "65536",
            description = "Largest reading in bytes; a larger one is counted rejected(too-large).")
    private int maxPayload = 65536;

    @UriParam(
            label = "consumer",
            name = "volatile",
            description = "Answer before readings are on disk, which they never reach: for very fast sources, and to"
                    + " spare flash. A crash loses what is in memory; it is counted dropped(crash) at the next start.")
    private boolean volatileSource;

    public IngestEndpoint(String uri, IngestComponent component) {
        super(uri, component);
    }

    @Override
    public IngestComponent getComponent() {
        return (IngestComponent) super.getComponent();
    }

    @Override
    public Producer createProducer() {
        return new IngestProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        IngestConsumer consumer = new IngestConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    IngressConfig config() {
        return new IngressConfig(source, maxInFlight, maxPayload, !volatileSource);
    }

    /** How long a step may wait for room, in milliseconds. */
    long patience() {
        return onFull == OnFull.wait ? timeout : 0;
    }

    public String getSource() {
        return source;
    }

    public void setSource(String source) {
        this.source = source;
    }

    public String getAsset() {
        return asset;
    }

    public void setAsset(String asset) {
        this.asset = asset;
    }

    public String getChannel() {
        return channel;
    }

    public void setChannel(String channel) {
        this.channel = channel;
    }

    public String getUnit() {
        return unit;
    }

    public void setUnit(String unit) {
        this.unit = unit;
    }

    public boolean isBatch() {
        return batch;
    }

    public void setBatch(boolean batch) {
        this.batch = batch;
    }

    public OnFull getOnFull() {
        return onFull;
    }

    public void setOnFull(OnFull onFull) {
        this.onFull = onFull;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxPayload() {
        return maxPayload;
    }

    public void setMaxPayload(int maxPayload) {
        this.maxPayload = maxPayload;
    }

    public boolean isVolatile() {
        return volatileSource;
    }

    public void setVolatile(boolean volatileSource) {
        this.volatileSource = volatileSource;
    }
}
