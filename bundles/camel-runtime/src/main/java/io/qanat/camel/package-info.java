/**
 * Apache Camel in an OSGi framework: a {@link io.qanat.camel.OsgiCamelContext} finds components in other bundles and
 * survives their coming and going.
 *
 * <p>A bundle offers a component in one of two ways: as a service of type {@link
 * org.apache.camel.spi.ComponentResolver} with the property {@code component=<scheme>}, which is how a stage passes
 * services to its component; or, as Camel's own connectors do, by a file below {@code
 * META-INF/services/org/apache/camel} that names a class with a public constructor without parameters.
 */
@NullMarked
package io.qanat.camel;

import org.jspecify.annotations.NullMarked;
