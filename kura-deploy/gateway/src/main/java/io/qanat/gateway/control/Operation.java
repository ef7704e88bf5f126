package io.qanat.gateway.control;

import com.fasterxml.jackson.databind.JsonNode;

/** Something that the command line can ask of the running gateway. Threads: any. */
@FunctionalInterface
public interface Operation {
    /**
     * @param arguments an object; fields that are not given are missing nodes
     * @return what is answered, as Jackson writes it
     * @throws Exception whose message is answered as the error
     */
    Object run(JsonNode arguments) throws Exception;
}
