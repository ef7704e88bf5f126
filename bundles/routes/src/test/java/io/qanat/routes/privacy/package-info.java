@org.jspecify.annotations.NullMarked
package io.qanat.routes.privacy;
