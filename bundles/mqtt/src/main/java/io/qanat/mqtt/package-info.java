/**
 * MQTT 5 on Eclipse Paho without loss: connections that come back, and acknowledgements that follow the journal's commit.
 */
@NullMarked
package io.qanat.mqtt;

import org.jspecify.annotations.NullMarked;
