package io.qanat.routes;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which bundle offers a component. Threads: any. */
final class KnownComponents {
    /** Bundles by scheme, of those that come with the gateway. */
    private static final Map<String, String> BUNDLES = Map.ofEntries(
            Map.entry("ingest", "io.qanat.ingest"),
            Map.entry("qanat-mqtt", "io.qanat.mqtt"),
            Map.entry("window", "io.qanat.window"),
            Map.entry("onnx", "io.qanat.inference"),
            Map.entry("alarm", "io.qanat.alarm"),
            Map.entry("alarm-command", "io.qanat.alarm"),
            Map.entry("outbox", "io.qanat.outbox"),
            Map.entry("http", "io.qanat.camel-http"),
            Map.entry("https", "io.qanat.camel-http"),
            Map.entry("bean", "io.qanat.camel-runtime"),
            Map.entry("direct", "io.qanat.camel-runtime"),
            Map.entry("log", "io.qanat.camel-runtime"),
            Map.entry("seda", "io.qanat.camel-runtime"),
            Map.entry("timer", "io.qanat.camel-runtime"));

    /** Connectors by scheme that are not installed unless somebody wants them: see docs/connectors.md. */
    private static final Map<String, String> CONNECTORS = Map.of(
            "kafka", "io.qanat.camel-kafka",
            "milo-client", "io.qanat.camel-milo",
            "netty-http", "io.qanat.camel-netty-http",
            "plc4x", "io.qanat.camel-plc4x");

    private KnownComponents() {}

    /** Names of the components of the gateway and its connectors. */
    static Set<String> offered() {
        Set<String> names = new TreeSet<>(BUNDLES.keySet());
        names.addAll(CONNECTORS.keySet());
        return names;
    }

    /**
     * What to do about a component that is not there.
     *
     * @param present schemes of components in use
     */
    static String missing(String scheme, Collection<String> present) {
        String bundle = BUNDLES.get(scheme);
        if (bundle != null) {
            return "the component '" + scheme + "' is missing: start the bundle " + bundle + " and what it needs";
        }
        String connector = CONNECTORS.get(scheme);
        if (connector != null) {
            return "the component '" + scheme + "' is missing: it is an optional connector, install the bundle "
                    + connector + " (at a desk: start with --connector "
                    + connector.substring("io.qanat.camel-".length()) + ")";
        }
        Set<String> names = offered();
        names.addAll(present);
        Optional<String> meant = NearMiss.of(scheme, names);
        return "unknown component '" + scheme + "': "
                + meant.map(name -> "did you mean " + name + "?")
                        .orElse("install a bundle that offers it, such as io.qanat." + scheme + " or io.qanat.camel-"
                                + scheme);
    }
}
