package io.qanat.ingest;

import io.qanat.api.Delivery;
import io.qanat.api.Journey;
import io.qanat.api.Pipeline;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A route that ends for each reading at once, or when the test says so. Threads: any. */
final class TestPipeline implements Pipeline {
    private final List<Integer> processed = new CopyOnWriteArrayList<>();
    private final List<Consumer<@Nullable Throwable>> unfinished = new CopyOnWriteArrayList<>();
    private volatile boolean finishing = true;

    @Override
    public void process(Journey journey, Delivery delivery, Consumer<@Nullable Throwable> done) {
        processed.add(Readings.number(journey.reading()));
        if (finishing) {
            done.accept(null);
        } else {
            unfinished.add(done);
        }
    }

    /** Numbers of the readings that came, in order. */
    List<Integer> processed() {
        return processed;
    }

    /** From now on readings stay in the route. */
    void hold() {
        finishing = false;
    }

    void finishAll() {
        finishing = true;
        unfinished.forEach(done -> done.accept(null));
        unfinished.clear();
    }
}
