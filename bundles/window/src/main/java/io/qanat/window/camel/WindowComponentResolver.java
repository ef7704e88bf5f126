package io.qanat.window.camel;

import io.qanat.api.Journal;
import io.qanat.api.PartialWindows;
import io.qanat.api.StageStatus;
import io.qanat.api.StageStatusSource;
import io.qanat.window.RunningWindows;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Reference;

/** Gives the {@code window:} component to the gateway's contexts, and answers for its windows. Threads: any. */
@org.osgi.service.component.annotations.Component(
        name = "io.qanat.window",
        service = {ComponentResolver.class, PartialWindows.class, StageStatusSource.class},
        property = "component=window")
public class WindowComponentResolver implements ComponentResolver, PartialWindows, StageStatusSource {
    private final RunningWindows windows;

    @Activate
    public WindowComponentResolver(@Reference Journal journal) {
        windows = new RunningWindows(journal);
    }

    /** A context with a journal of its own has windows of its own, as in a dry run. */
    @Override
    public Component resolveComponent(String name, CamelContext context) {
        Journal own = context.getRegistry().findSingleByType(Journal.class);
        return own == null ? new WindowComponent(windows) : new WindowComponent(own);
    }

    @Override
    public CompletableFuture<Void> closeUnscored() {
        return windows.closeUnscored();
    }

    @Override
    public List<StageStatus> status() {
        return windows.status();
    }
}
