package io.qanat.camel.plc4x;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a device answered to one poll.
 *
 * @param values measures by the name of their tag, of those tags that have one
 * @param failures what the device said instead, by the name of the tag
 */
record Sample(Map<String, Object> values, Map<String, String> failures) {
    Sample {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }
}
