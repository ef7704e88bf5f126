package io.qanat.camel.milo;

import org.eclipse.milo.opcua.stack.core.util.NonceUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Milo seed its random numbers. It does so once, in a thread that then logs by a call of SLF4J 2: where SLF4J is
 * 1.7, as on Eclipse Kura 5, that thread ends there, with its work done, and would print a stack trace.
 *
 * <p>Threads: any.
 */
final class RandomNumbers extends ThreadGroup {
    private static final Logger LOG = LoggerFactory.getLogger(RandomNumbers.class);

    private RandomNumbers() {
        super("qanat-opcua-seed");
    }

    /** Returns before they are seeded; until then Milo takes others. */
    static void seed() {
        // The thread that Milo starts is of the same group as the one that loads the class.
        new Thread(new RandomNumbers(), RandomNumbers::load, "qanat-opcua-seed").start();
    }

    private static void load() {
        try {
            Class.forName(NonceUtil.class.getName(), true, NonceUtil.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("this bundle holds the class", e);
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        LOG.debug("{} ended early", thread.getName(), failure);
    }
}
