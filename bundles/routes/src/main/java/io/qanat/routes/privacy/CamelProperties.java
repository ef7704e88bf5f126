package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The exchange properties that Camel and the stages set themselves. */
final class CamelProperties {
    /** Counters, names and times of Camel, which hold nothing of the message. In lower case. */
    private static final Set<String> HARMLESS = Set.of(
            "camelaggregatedsize",
            "camelbatchcomplete",
            "camelbatchindex",
            "camelbatchsize",
            "camelcorrelationid",
            "camelcreatedtimestamp",
            "camelloopindex",
            "camelloopsize",
            "camelmulticastindex",
            "camelmulticastcomplete",
            "camelsplitcomplete",
            "camelsplitindex",
            "camelsplitsize",
            "cameltimercounter",
            "cameltimerfiredtime",
            "cameltimername",
            "cameltimerperiod",
            "cameltimertime");

    private CamelProperties() {}

    /**
     * Empty for a property of the route's own. The journey holds the reading, an exception's text may quote the body, and
     * the others of Camel may hold the message in some form.
     */
    static Optional<DataClass> classOf(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        if (!key.startsWith("camel") && !key.startsWith("qanat")) {
            return Optional.empty();
        }
        return Optional.of(HARMLESS.contains(key) ? DataClass.NONE : DataClass.RAW);
    }
}
