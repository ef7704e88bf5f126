/** Alarms to a real Kafka broker, through the bundles and the example route as they are shipped. */
@NullMarked
package io.qanat.gateway.kafka;

import org.jspecify.annotations.NullMarked;
