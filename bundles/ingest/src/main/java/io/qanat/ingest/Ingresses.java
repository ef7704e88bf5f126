package io.qanat.ingest;

import io.qanat.api.Ingress;
import io.qanat.api.IngressConfig;
import io.qanat.api.IngressFactory;
import io.qanat.api.Journal;
import io.qanat.api.Pipeline;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The gateway's sources, each open once. Threads: any. */
@Component(service = {IngressFactory.class, Ingresses.class})
public final class Ingresses implements IngressFactory {
    private final Journal journal;
    private final Clock clock;
    private final Set<String> claimed = new HashSet<>();
    private final Map<String, OpenSource> running = new HashMap<>();

    @Activate
    public Ingresses(@Reference Journal journal) {
        this(journal, Clock.systemUTC());
    }

    public Ingresses(Journal journal, Clock clock) {
        this.journal = Objects.requireNonNull(journal, "journal");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** The gateway's. */
    public Clock clock() {
        return clock;
    }

    @Override
    public Ingress open(IngressConfig config, Pipeline pipeline) {
        claim(config.source());
        return new OpenSource(config, new JournallingIngress(config, journal, pipeline, clock), this);
    }

    private synchronized void claim(String source) {
        if (!claimed.add(source)) {
            throw new IllegalStateException("the source '" + source
                    + "' is received by another route already: give each"
                    + " route that begins with qanat-mqtt: or ingest: a source of its own; steps ingest:" + source
                    + " may feed it from many routes");
        }
    }

    /** From now on steps find it. */
    synchronized void started(String source, OpenSource open) {
        running.put(source, open);
        notifyAll();
    }

    /** From now on steps do not find it. */
    synchronized void stopping(String source) {
        running.remove(source);
    }

    /** From now on another route may open it. */
    synchronized void stopped(String source) {
        claimed.remove(source);
    }

    /**
     * The source, once a route receives from it.
     *
     * @throws NotTakenInException when none does in time
     */
    public synchronized OpenSource find(String source, long timeoutMillis)
            throws NotTakenInException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        OpenSource open = running.get(source);
        while (open == null) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                throw new NotTakenInException("no route receives from ingest:" + source + " after " + timeoutMillis
                        + " ms: start one that begins with it; running are " + running.keySet());
            }
            wait(millis);
            open = running.get(source);
        }
        return open;
    }
}
