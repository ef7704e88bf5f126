@NullMarked
package io.qanat.routes.dryrun;

import org.jspecify.annotations.NullMarked;
