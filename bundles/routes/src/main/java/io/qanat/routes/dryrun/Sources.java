package io.qanat.routes.dryrun;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The sources of the routes of one run. Threads: any. */
final class Sources {
    private final List<Source> all = new CopyOnWriteArrayList<>();

    void add(Source source) {
        all.add(source);
    }

    void remove(Source source) {
        all.remove(source);
    }

    /**
     * Those that get the recording: the ones that take readings or, where there are none, those that receive from elsewhere.
     *
     * @param name the only one; all when it is empty
     */
    List<Source> fed(String name) {
        List<Source> readings = all.stream().filter(Source::takesReadings).toList();
        Stream<Source> candidates =
                readings.isEmpty() ? all.stream().filter(source -> !source.isClock()) : readings.stream();
        return candidates
                .filter(source -> name.isEmpty() || source.name().equals(name))
                .toList();
    }

    List<Source> all() {
        return List.copyOf(all);
    }
}
