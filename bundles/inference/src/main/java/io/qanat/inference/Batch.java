package io.qanat.inference;

import java.util.List;

/**
 * Requests that are run together.
 *
 * @param ticket its place in the order of formation, from 0
 * @param requests in the order of submission; some may have failed before the run
 * @param rows windows of those that have not
 */
record Batch(long ticket, List<Request> requests, int rows) {}
