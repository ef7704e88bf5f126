package io.qanat.window.camel;

import io.qanat.window.WindowOptions;
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

/**
 * Groups the readings of one asset into windows for a model. It takes a Reading and gives a Window when the reading
 * completed one; otherwise the exchange ends here.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "window",
        title = "Window",
        syntax = "window:name",
        producerOnly = true,
        category = {Category.IOT})
public class WindowEndpoint extends DefaultEndpoint {
    private static final String DEFAULT_MAX_ASSETS = "10000";

    @UriPath(description = "Name of the windows. Steps with the same name share them and need the same options.")
    @Metadata(required = true)
    private String name = "";

    @UriParam(
            label = "producer",
            description = "The columns of a window, in this order, separated by commas. A reading must have exactly"
                    + " these channels, otherwise it is rejected as unknown-channel or missing-channel.")
    @Metadata(required = true)
    private String channels = "";

    @UriParam(label = "producer", description = "Number of readings in a window, at least 1.")
    @Metadata(required = true)
    private int length;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "Number of readings from the start of one window to the start of the next, 1 to length. 0"
                    + " stands for length: windows that share no reading.")
    private int stride;

    @UriParam(
            label = "producer,advanced",
            defaultValue = DEFAULT_MAX_ASSETS,
            description = "Number of assets that may have a window, which bounds the memory. Readings of further"
                    + " assets are rejected as too-many-assets.")
    private int maxAssets = Integer.parseInt(DEFAULT_MAX_ASSETS);

    @UriParam(
            label = "producer",
            defaultValue = "0",
            javaType = "java.time.Duration",
            description = "Joins readings that bring single channels: those of an asset that were observed within this"
                    + " time are one row, with the time of the earliest. A row whose channels do not all come before"
                    + " the window closes behind it is rejected as missing-channel. 0 for no join: then a reading must"
                    + " have all channels.")
    private long joinWithin;

    public WindowEndpoint(String uri, WindowComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        return new WindowProducer(this, ((WindowComponent) getComponent()).windows());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException(
                "window:" + name + " cannot start a route: use it as a step behind an ingress such as qanat-mqtt");
    }

    WindowOptions options() {
        return new WindowOptions(
                names(channels), length, stride == 0 ? length : stride, maxAssets, Duration.ofMillis(joinWithin));
    }

    private static List<String> names(String list) {
        return Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getChannels() {
        return channels;
    }

    public void setChannels(String channels) {
        this.channels = channels;
    }

    public int getLength() {
        return length;
    }

    public void setLength(int length) {
        this.length = length;
    }

    public int getStride() {
        return stride;
    }

    public void setStride(int stride) {
        this.stride = stride;
    }

    public long getJoinWithin() {
        return joinWithin;
    }

    public void setJoinWithin(long joinWithin) {
        this.joinWithin = joinWithin;
    }

    public int getMaxAssets() {
        return maxAssets;
    }

    public void setMaxAssets(int maxAssets) {
        this.maxAssets = maxAssets;
    }
}
