package io.qanat.inference.camel;

import io.qanat.inference.Models;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Reference;

/** Gives the {@code onnx:} component to the gateway's contexts. Threads: any. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.inference.camel",
        service = ComponentResolver.class,
        property = "component=onnx")
public class OnnxComponentResolver implements ComponentResolver {
    private final Models models;

    @Activate
    public OnnxComponentResolver(@Reference Models models) {
        this.models = models;
    }

    @Override
    public Component resolveComponent(String name, CamelContext context) {
        return new OnnxComponent(models);
    }
}
