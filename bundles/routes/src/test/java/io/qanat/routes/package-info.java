@NullMarked
package io.qanat.routes;

import org.jspecify.annotations.NullMarked;
