package io.qanat.routes.dryrun;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Stands in the place of a component that reaches off the gateway: the component itself is not even made. */
final class OuterComponent extends DefaultComponent {
    private final String scheme;
    private final Sources sources;
    private final Sinks sinks;

    OuterComponent(String scheme, Sources sources, Sinks sinks) {
        this.scheme = scheme;
        this.sources = sources;
        this.sinks = sinks;
        // Camel would set it up as the component whose scheme it has.
        setAutowiredEnabled(false);
    }

    String scheme() {
        return scheme;
    }

    Sources sources() {
        return sources;
    }

    Sinks sinks() {
        return sinks;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        String path = remaining.replaceFirst("^/+", "").replaceFirst("^[^/@]*@", "");
        Object source = parameters.get("source");
        // All of them: which ones the component takes was checked with the text.
        parameters.clear();
        return new OuterEndpoint(uri, this, scheme + ":" + path, source == null ? path : String.valueOf(source));
    }
}
