package io.qanat.api;

/** Opens sources: the one place where messages become readings, whatever they came through. Threads: any. */
public interface IngressFactory {
    /**
     * @param pipeline where the source's readings go
     * @throws IllegalStateException when the source is open already: two would both take up what the journal has open
     */
    Ingress open(IngressConfig config, Pipeline pipeline);
}
