/** The running gateway's control socket, and the command line's side of it. */
@NullMarked
package io.qanat.gateway.control;

import org.jspecify.annotations.NullMarked;
