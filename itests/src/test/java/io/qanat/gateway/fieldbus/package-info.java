/** Readings from OPC UA and Modbus, through the optional connectors as they are shipped. */
@NullMarked
package io.qanat.gateway.fieldbus;

import org.jspecify.annotations.NullMarked;
