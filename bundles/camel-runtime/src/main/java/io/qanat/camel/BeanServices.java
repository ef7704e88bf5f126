package io.qanat.camel;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.spi.BeanRepository;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** Services with the property {@code camel.bean=<name>} as the beans that routes can name. Threads: any. */
final class BeanServices implements BeanRepository, AutoCloseable {
    private static final String NAME = "camel.bean";

    private final ServiceTracker<Object, Object> services;

    BeanServices(BundleContext bundleContext) {
        try {
            services = new ServiceTracker<>(bundleContext, FrameworkUtil.createFilter("(" + NAME + "=*)"), null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a constant filter is wrong", e);
        }
    }

    void open() {
        services.open();
    }

    @Override
    public void close() {
        services.close();
    }

    @Override
    public @Nullable Object lookupByName(String name) {
        return lookupByNameAndType(name, Object.class);
    }

    @Override
    public <T> @Nullable T lookupByNameAndType(String name, Class<T> type) {
        return findByTypeWithName(type).get(name);
    }

    @Override
    public <T> Map<String, T> findByTypeWithName(Class<T> type) {
        Map<String, T> beans = new HashMap<>();
        // The highest ranked service comes first and keeps the name.
        services.getTracked().forEach((reference, bean) -> {
            if (type.isInstance(bean)) {
                beans.putIfAbsent(name(reference), type.cast(bean));
            }
        });
        return beans;
    }

    @Override
    public <T> Set<T> findByType(Class<T> type) {
        return findByTypeWithName(type).values().stream().collect(Collectors.toSet());
    }

    private static String name(ServiceReference<?> reference) {
        return String.valueOf(reference.getProperty(NAME));
    }
}
