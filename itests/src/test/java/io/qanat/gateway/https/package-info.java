/** Alarms to a real HTTPS server that asks for a token and a client certificate. */
@NullMarked
package io.qanat.gateway.https;

import org.jspecify.annotations.NullMarked;
