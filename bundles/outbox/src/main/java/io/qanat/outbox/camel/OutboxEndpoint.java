package io.qanat.outbox.camel;

import io.qanat.api.OutboxMessage.Priority;
import io.qanat.api.OutboxQueue;
import io.qanat.outbox.CloudEventCodec;
import io.qanat.outbox.ForwarderConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Store alarms for cloud endpoints and forward them until they are acknowledged.
 *
 * <p>As a producer it takes an alarm and has it stored for each of the endpoints, as a CloudEvent, in the transaction
 * that settles the reading. As a consumer it names one endpoint: each stored message becomes an exchange, and the message
 * is delivered when the exchange ends without an exception. Until then it stays stored and is sent again, so the consuming
 * route needs no error handler: one that repeats a step makes several tries of one.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "outbox",
        title = "Outbox",
        syntax = "outbox:endpoints",
        category = {Category.CLOUD, Category.IOT})
public class OutboxEndpoint extends DefaultEndpoint {
    @UriPath(
            description =
                    "Names of the cloud endpoints, separated by commas. A consumer takes exactly one: the messages"
                            + " that are stored under that name.")
    @Metadata(required = true)
    private String endpoints = "";

    @UriParam(
            label = "producer",
            defaultValue = "gateway",
            description =
                    "Name of this gateway. It is the end of the CloudEvents' source, /qanat/gateway, so it must be"
                            + " a valid part of a URI, and it must differ between the gateways of one cloud.")
    private String gateway = "gateway";

    @UriParam(
            label = "producer",
            description =
                    "Class of the messages: low, medium, high or critical; higher ones are sent first and dropped last."
                            + " Without it the class follows from the alarm's severity, the header QanatSeverity:"
                            + " up to 250 low, 500 medium, 750 high, above critical; without that it is medium.")
    private @Nullable Priority priority;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "How long after the decision a message is still worth sending, in milliseconds; then it is"
                    + " counted expired. 0 is for ever. The header QanatTimeToLive replaces it for one alarm.")
    private long timeToLive;

    @UriParam(
            label = "producer",
            defaultValue = "268435456",
            description = "How many bytes may be stored for each of the endpoints: payloads and 256 for each message."
                    + " What is over is dropped: parked messages first, then the oldest of the lowest class.")
    private long maxBytes = OutboxQueue.DEFAULT_MAX_BYTES;

    @UriParam(
            label = "consumer",
            defaultValue = "16",
            description =
                    "How many messages may be under way at once, 1 to 1000. As soon as one is answered the next goes out.")
    private int inFlight = 16;

    @UriParam(
            label = "consumer",
            defaultValue = "200",
            description =
                    "About how long to wait after the first failed try, in milliseconds. The wait doubles with each"
                            + " further failure, up to maxBackoff, and varies at random by up to half.")
    private long backoff = 200;

    @UriParam(
            label = "consumer",
            defaultValue = "30000",
            description = "The longest wait between two tries, in milliseconds; more than backoff.")
    private long maxBackoff = 30_000;

    @UriParam(
            label = "consumer",
            defaultValue = "30000",
            description =
                    "How long the endpoint may take to answer, in milliseconds; then the try has failed. A later"
                            + " answer still counts, once. Give the endpoint itself a shorter one where it can, such as"
                            + " responseTimeout of http: a try that hangs keeps its thread, and no more than twice inFlight do.")
    private long timeout = 30_000;

    @UriParam(
            label = "consumer",
            defaultValue = "10",
            description =
                    "How often a message may be refused while the endpoint takes others, at least 1; then it is"
                            + " parked, and the others go on. HTTP 400, 413 and 422 and MQTT's 144, 149 and 153 park it at once.")
    private int maxTries = 10;

    @UriParam(
            label = "consumer",
            defaultValue = "1",
            description = "How many alarms may go in one message, 1 to inFlight. From 2 on the body is a JSON array,"
                    + " application/cloudevents-batch+json, and its alarms are acknowledged together.")
    private int batch = 1;

    @UriParam(
            label = "consumer",
            defaultValue = "0",
            description = "How long to wait for a batch to fill, in milliseconds; 0 sends what is there.")
    private long batchDelay;

    private final OutboxComponent component;

    public OutboxEndpoint(String uri, OutboxComponent component) {
        super(uri, component);
        this.component = component;
    }

    @Override
    public Producer createProducer() throws Exception {
        if (timeToLive < 0 || maxBytes < 1) {
            throw new IllegalArgumentException("outbox:" + endpoints + " has timeToLive " + timeToLive
                    + " and maxBytes " + maxBytes + ": the first must not be negative, the second must be at least 1");
        }
        return new OutboxProducer(this, names(), new CloudEventCodec(source()));
    }

    /** Tells the store how much it may hold for the endpoints. */
    void limit() {
        names().forEach(name -> component.forwarders().limit(name, maxBytes));
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        List<String> names = names();
        if (names.size() != 1) {
            throw new IllegalArgumentException("from outbox:" + endpoints + " names " + names.size()
                    + " endpoints: a consumer forwards the messages of one, write one route for each");
        }
        ForwarderConfig config = new ForwarderConfig(
                names.get(0),
                inFlight,
                Duration.ofMillis(backoff),
                Duration.ofMillis(maxBackoff),
                Duration.ofMillis(timeout),
                maxTries,
                batch,
                Duration.ofMillis(batchDelay));
        Consumer consumer = new OutboxConsumer(this, processor, component.forwarders(), config);
        configureConsumer(consumer);
        return consumer;
    }

    private List<String> names() {
        List<String> names =
                Arrays.stream(endpoints.split(",", -1)).map(String::strip).toList();
        if (names.stream().anyMatch(String::isEmpty)
                || names.stream().distinct().count() != names.size()) {
            throw new IllegalArgumentException(
                    "outbox:" + endpoints
                            + " has an empty name or a name twice: write each endpoint once, such as outbox:cloud-mqtt,cloud-http");
        }
        return names;
    }

    private URI source() {
        try {
            return new URI("/qanat/" + gateway);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "gateway is '" + gateway
                            + "', which cannot be part of a URI: use letters, digits, '-', '.' and '_'",
                    e);
        }
    }

    public String getEndpoints() {
        return endpoints;
    }

    public void setEndpoints(String endpoints) {
        this.endpoints = endpoints;
    }

    public String getGateway() {
        return gateway;
    }

    public void setGateway(String gateway) {
        this.gateway = gateway;
    }

    public int getInFlight() {
        return inFlight;
    }

    public void setInFlight(int inFlight) {
        this.inFlight = inFlight;
    }

    public long getBackoff() {
        return backoff;
    }

    public void setBackoff(long backoff) {
        this.backoff = backoff;
    }

    public long getMaxBackoff() {
        return maxBackoff;
    }

    public void setMaxBackoff(long maxBackoff) {
        this.maxBackoff = maxBackoff;
    }

    public @Nullable Priority getPriority() {
        return priority;
    }

    public void setPriority(@Nullable Priority priority) {
        this.priority = priority;
    }

    public long getTimeToLive() {
        return timeToLive;
    }

    public void setTimeToLive(long timeToLive) {
        this.timeToLive = timeToLive;
    }

    public long getMaxBytes() {
        return maxBytes;
    }

    public void setMaxBytes(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    public long getTimeout() {
        return timeout;
    }

    public void setTimeout(long timeout) {
        this.timeout = timeout;
    }

    public int getMaxTries() {
        return maxTries;
    }

    public void setMaxTries(int maxTries) {
        this.maxTries = maxTries;
    }

    public int getBatch() {
        return batch;
    }

    public void setBatch(int batch) {
        this.batch = batch;
    }

    public long getBatchDelay() {
        return batchDelay;
    }

    public void setBatchDelay(long batchDelay) {
        this.batchDelay = batchDelay;
    }
}
