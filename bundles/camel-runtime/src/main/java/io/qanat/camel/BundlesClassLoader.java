package io.qanat.camel;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;

/**
 * What Camel can load: this bundle first, then the bundles that hold components. Of those only entries of the bundle
 * itself are seen as resources, not those of jars nested in it: a nested client library offers nothing to Camel.
 * Threads: any.
 */
final class BundlesClassLoader extends ClassLoader {
    private final List<Bundle> bundles = new CopyOnWriteArrayList<>();

    BundlesClassLoader(@Nullable ClassLoader own) {
        super("qanat-camel", own);
    }

    void add(Bundle bundle) {
        bundles.add(bundle);
    }

    void remove(Bundle bundle) {
        bundles.remove(bundle);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        for (Bundle bundle : bundles) {
            try {
                return bundle.loadClass(name);
            } catch (ClassNotFoundException e) {
                // The next bundle may have it.
            }
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        return bundles.stream()
                .map(bundle -> bundle.getEntry(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    @Override
    protected Enumeration<URL> findResources(String name) throws IOException {
        return Collections.enumeration(bundles.stream()
                .map(bundle -> bundle.getEntry(name))
                .filter(Objects::nonNull)
                .toList());
    }
}
