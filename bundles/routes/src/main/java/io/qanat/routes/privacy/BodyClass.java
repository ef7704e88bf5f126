package io.qanat.routes.privacy;

import io.qanat.api.Alarm;
import io.qanat.api.DataClass;
import io.qanat.api.JournalEntry;
import io.qanat.api.Journey;
import io.qanat.api.Measurement;
import io.qanat.api.Reading;
import io.qanat.api.Score;
import io.qanat.api.Window;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** What a body must hold by its type, whatever else is said of it. */
final class BodyClass {
    private static final int DEPTH = 3;

    private BodyClass() {}

    static DataClass of(@Nullable Object body) {
        return of(body, DEPTH);
    }

    private static DataClass of(@Nullable Object body, int depth) {
        if (body == null || body instanceof byte[] || body instanceof String) {
            return DataClass.NONE;
        }
        if (body instanceof Alarm) {
            return DataClass.ALARM;
        }
        if (body instanceof Score) {
            return DataClass.DERIVED;
        }
        if (isRaw(body)) {
            return DataClass.RAW;
        }
        return contained(body, depth);
    }

    private static boolean isRaw(Object body) {
        return body instanceof Reading
                || body instanceof Window
                || body instanceof Measurement
                || body instanceof Journey
                || body instanceof JournalEntry
                || body instanceof Exchange
                || body instanceof Message;
    }

    private static DataClass contained(Object body, int depth) {
        Collection<?> all = body instanceof Map<?, ?> map
                ? map.values()
                : body instanceof Collection<?> several
                        ? several
                        : body instanceof Object[] array ? java.util.Arrays.asList(array) : java.util.List.of();
        if (!all.isEmpty() && depth == 0) {
            return DataClass.RAW;
        }
        DataClass highest = DataClass.NONE;
        for (Object one : all) {
            highest = highest.or(of(one, depth - 1));
        }
        return highest;
    }
}
