package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of the endpoints whose uri has a pattern; an absent part is left to the next rule that fits.
 *
 * @param from what a message holds that comes from there
 * @param headers of such a message, by name; {@code *} is each other header
 * @param accepts the highest class that may be sent there
 * @param yields what the body holds after the step; {@code same} for what it held before
 * @param sends the headers that the endpoint makes use of; all when {@code *} is among them, the
 *     exchange properties when {@code {properties}} is
 * @param sets the headers that the step sets
 * @param redirects the headers that choose another destination than the uri does
 * @param passes whether the message goes on to the routes that consume from the same uri
 * @param leaves whether what is sent there leaves the gateway, and is audited
 */
record EndpointRule(
        UriPattern uri,
        Optional<DataClass> from,
        Optional<Map<String, DataClass>> headers,
        Optional<DataClass> accepts,
        Optional<Yield> yields,
        Optional<List<String>> sends,
        Optional<Map<String, DataClass>> sets,
        Optional<List<String>> redirects,
        Optional<Boolean> passes,
        Optional<Boolean> leaves) {}
