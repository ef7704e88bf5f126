package io.qanat.camel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.TypeConverterLoader;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the running bundles that hold something for Camel: lets Camel load from them and takes over their type
 * converters.
 *
 * <p>Threads: any. The listeners are called in the thread that starts or stops a bundle; one that stops still works.
 */
final class ComponentBundles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ComponentBundles.class);
    private static final String SERVICES = "META-INF/services/org/apache/camel";

    private final BundleTracker<Bundle> tracker;
    private final CamelContext context;
    private final BundlesClassLoader loader;

    /**
     * @param arrived called when a bundle came
     * @param leaving called with the bundle that stops
     */
    ComponentBundles(
            BundleContext bundleContext,
            CamelContext context,
            BundlesClassLoader loader,
            Runnable arrived,
            Consumer<Bundle> leaving) {
        this.context = context;
        this.loader = loader;
        this.tracker = new BundleTracker<>(bundleContext, Bundle.STARTING | Bundle.ACTIVE, null) {
            @Override
            public @Nullable Bundle addingBundle(Bundle bundle, @Nullable BundleEvent event) {
                if (bundle.findEntries(SERVICES, "*", true) == null) {
                    return null;
                }
                take(bundle);
                arrived.run();
                return bundle;
            }

            @Override
            public void removedBundle(Bundle bundle, @Nullable BundleEvent event, Bundle tracked) {
                leaving.accept(bundle);
                loader.remove(bundle);
            }
        };
    }

    void open() {
        tracker.open();
    }

    @Override
    public void close() {
        tracker.close();
    }

    private void take(Bundle bundle) {
        loader.add(bundle);
        URL list = bundle.getEntry(SERVICES + "/TypeConverterLoader");
        if (list == null) {
            return;
        }
        try {
            for (String className : lines(list)) {
                loadConverters(bundle, className);
            }
        } catch (Exception | LinkageError e) {
            // The bundle's endpoints work without them for bodies that need no conversion.
            LOG.warn("The type converters of the bundle {} cannot be loaded.", bundle.getSymbolicName(), e);
        }
    }

    private void loadConverters(Bundle bundle, String className) throws Exception {
        Object converters = context.getInjector().newInstance(bundle.loadClass(className), false);
        ((TypeConverterLoader) converters).load(context.getTypeConverterRegistry());
    }

    private static List<String> lines(URL file) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}
