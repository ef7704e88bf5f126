/** The demo: a recording, an embedded broker, two receivers, and a report that compares them with the ledgers. */
@NullMarked
package io.qanat.gateway.demo;

import org.jspecify.annotations.NullMarked;
