package io.qanat.window.camel;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Groups readings of one asset into windows. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "window",
        title = "Window",
        syntax = "window:name",
        producerOnly = true,
        category = {Category.IOT})
public class WindowEndpoint extends DefaultEndpoint {
    @UriPath(description = "Name of the window.")
    @Metadata(required = true)
    private String name = "";

    @UriParam(defaultValue = "16", description = "Number of readings.")
    private int length = 16;

    public WindowEndpoint(String uri, WindowComponent component) {
        super(uri, component);
    }

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public int getLength() {
        return length;
    }

    public void setLength(int length) {
        this.length = length;
    }

    @Override
    public Producer createProducer() throws Exception {
        throw new UnsupportedOperationException();
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        throw new UnsupportedOperationException();
    }
}
