package io.qanat.window.camel;

import io.qanat.api.Journal;
import io.qanat.window.RunningWindows;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Makes the {@code window:} endpoints of a context; all contexts of a gateway share the windows. */
@Component("window")
public class WindowComponent extends DefaultComponent {
    private final RunningWindows windows;

    /** With windows of its own. */
    public WindowComponent(Journal journal) {
        this(new RunningWindows(journal));
    }

    /** @param windows shared with other components */
    public WindowComponent(RunningWindows windows) {
        this.windows = Objects.requireNonNull(windows, "windows");
    }

    RunningWindows windows() {
        return windows;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        WindowEndpoint endpoint = new WindowEndpoint(uri, this);
        endpoint.setName(remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
