package io.qanat.inference.camel;

import io.qanat.inference.Models;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes the {@code onnx:} endpoints of a context; all contexts of a gateway share the models. */
@Component("onnx")
public class OnnxComponent extends DefaultComponent {
    private final Models models;
    private final boolean guest;

    /** @param models shared with other components; who made them closes them */
    public OnnxComponent(Models models) {
        this(models, false);
    }

    /** @param guest whether steps take a model that already runs as it runs, whatever they ask for */
    OnnxComponent(Models models, boolean guest) {
        this.models = Objects.requireNonNull(models, "models");
        this.guest = guest;
    }

    boolean isGuest() {
        return guest;
    }

    Models models() {
        return models;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        OnnxEndpoint endpoint = new OnnxEndpoint(uri, this);
        endpoint.setModel(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
