package io.qanat.routes.dryrun;

import io.qanat.api.Identity;
import io.qanat.api.Measurement;
import java.time.Instant;
import java.util.List;

/**
 * One line of a recording.
 *
 * @param id as the source gave it; empty when it gave none
 * @param line the reading as it was written
 */
record RecordedReading(String id, String asset, Instant observedAt, List<Measurement> measurements, String line) {
    /** The same for the same reading recorded twice: see docs/formats.md. */
    Identity identity(String source) {
        return id.isEmpty()
                ? Identity.of(source, "payload", asset, observedAt.toString(), line)
                : Identity.of(source, "id", asset, id);
    }
}
