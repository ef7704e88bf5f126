package io.qanat.inference;

import io.qanat.inference.camel.OnnxComponent;
import java.util.function.Consumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;

/** An exchange for each row, through a route whose one step is the model. */
final class OnnxRoute extends EmptyRoute {
    private final Models models;

    OnnxRoute(Subject subject, int instances) throws Exception {
        this(subject, instances, "maxBatch=" + BATCH);
    }

    /** @param options of the endpoint, without instances */
    OnnxRoute(Subject subject, int instances, String options) throws Exception {
        this(new Models(), subject, instances, options);
    }

    private OnnxRoute(Models models, Subject subject, int instances, String options) throws Exception {
        super(subject.windows(), instances, context(models), route(models, subject, instances, options));
        this.models = models;
    }

    private static DefaultCamelContext context(Models models) {
        DefaultCamelContext context = new DefaultCamelContext();
        context.addComponent("onnx", new OnnxComponent(models));
        return context;
    }

    private static Consumer<RouteDefinition> route(Models models, Subject subject, int instances, String options)
            throws Exception {
        String uri = "onnx:" + models.activate(subject.folder()).name() + "?" + options + "&instances=" + instances;
        return route -> route.to(uri);
    }

    @Override
    String label() {
        return "route";
    }

    @Override
    public void close() {
        super.close();
        models.close();
    }
}
