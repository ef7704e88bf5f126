/**
 * Keeps what was measured on the gateway. Each endpoint has a data class, from the product's catalogue and the operator's
 * policy file; a text of routes on which more could leave than may is refused when it is loaded; a guard holds each
 * message to the same rules while routes run; what left is written to the audit log.
 *
 * <p>{@link io.qanat.routes.privacy.PrivacyGuard} is the way in.
 */
@NullMarked
package io.qanat.routes.privacy;

import org.jspecify.annotations.NullMarked;
