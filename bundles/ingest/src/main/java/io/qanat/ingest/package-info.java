/**
 * Where messages become readings, whatever they came through: payloads that are decoded or rejected and counted, the journal,
 * the acknowledgement after its commit, and journeys that are settled.
 */
@NullMarked
package io.qanat.ingest;

import org.jspecify.annotations.NullMarked;
