package io.qanat.routes.dryrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinksTest {
    @Test
    void reachesTextsThroughOneAnotherAndLeavesTheOthersOut() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("third", "- from: {uri: \"seda:b?size=5\"}");
        others.put("second", "<from uri=\"direct:a\"/><to uri='seda:b'/>");
        others.put("forwarder", "<from uri=\"outbox:cloud-http?batch=5\"/>");
        others.put("unrelated", "<from uri=\"direct:abc\"/>");

        assertThat(Links.reached("<to uri=\"direct:a\"/><to uri=\"outbox:cloud-mqtt,cloud-http\"/>", others))
                .containsOnlyKeys("second", "third", "forwarder");
    }
}
