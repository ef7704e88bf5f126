package io.qanat.gateway.bundles.routes;

import io.qanat.camel.OsgiCamelContext;
import io.qanat.gateway.shared.Routes;
import java.util.Set;
import org.apache.camel.catalog.RuntimeCamelCatalog;
import org.apache.camel.support.PluginHelper;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/** Offers a Camel context to the test. */
public final class RoutesActivator implements BundleActivator, Routes {
    private final OsgiCamelContext context =
            new OsgiCamelContext(FrameworkUtil.getBundle(RoutesActivator.class).getBundleContext(), "test");

    @Override
    public void start(BundleContext bundleContext) {
        context.start();
        bundleContext.registerService(Routes.class, this, null);
    }

    @Override
    public void stop(BundleContext bundleContext) {
        context.stop();
    }

    @Override
    public void load(String name, String xml) throws Exception {
        context.loadRoutes(name, xml);
    }

    @Override
    public String send(String uri, String body) {
        return context.createFluentProducerTemplate().to(uri).withBody(body).request(String.class);
    }

    @Override
    public String status(String routeId) {
        return context.getRoute(routeId) == null
                ? ""
                : context.getRouteController().getRouteStatus(routeId).name();
    }

    @Override
    public Set<String> waiting() {
        return context.waitingRoutes();
    }

    @Override
    public String componentJson(String scheme) {
        RuntimeCamelCatalog catalog = PluginHelper.getRuntimeCamelCatalog(context);
        String json = catalog.componentJSonSchema(scheme);
        return json == null ? "" : json;
    }
}
