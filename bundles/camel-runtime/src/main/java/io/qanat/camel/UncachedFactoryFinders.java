package io.qanat.camel;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.engine.DefaultFactoryFinder;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.spi.FactoryFinder;
import org.apache.camel.spi.FactoryFinderResolver;
import org.jspecify.annotations.Nullable;

/**
 * Finds Camel's factories anew each time. Camel remembers what it did not find, so that a scheme which failed once
 * would fail for ever, and what it found, which after an update would be a class of the bundle's old content. Factories
 * are asked for when routes are built, never per message. Threads: any.
 */
final class UncachedFactoryFinders implements FactoryFinderResolver {
    @Override
    public FactoryFinder resolveFactoryFinder(ClassResolver classResolver, String resourcePath) {
        return new Uncached(classResolver, resourcePath);
    }

    @Override
    public FactoryFinder resolveBootstrapFactoryFinder(ClassResolver classResolver, String resourcePath) {
        return new Uncached(classResolver, resourcePath);
    }

    private static final class Uncached extends DefaultFactoryFinder {
        Uncached(ClassResolver classResolver, String resourcePath) {
            super(classResolver, resourcePath);
        }

        @Override
        protected @Nullable Class<?> addToClassMap(String key, ClassSupplier search) {
            try {
                return search.get();
            } catch (Exception e) {
                throw RuntimeCamelException.wrapRuntimeException(e);
            }
        }
    }
}
