package io.qanat.inference.camel;

import io.qanat.api.Journal;
import io.qanat.inference.InstalledModels;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Reference;

/** Gives Camel contexts the {@code onnx} component, with the models that are installed. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.inference.camel",
        property = "component=onnx",
        service = ComponentResolver.class)
public final class OnnxComponentResolver implements ComponentResolver {
    private final InstalledModels installed;

    @Activate
    public OnnxComponentResolver(@Reference InstalledModels installed) {
        this.installed = installed;
    }

    /** A context with a journal of its own, as in a dry run, is a guest of the batches that are there. */
    @Override
    public Component resolveComponent(String name, CamelContext context) {
        boolean guest = context.getRegistry().findSingleByType(Journal.class) != null;
        return new OnnxComponent(installed.models(), guest);
    }
}
