package io.qanat.gateway.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.qanat.gateway.bundles.greet.GreetActivator;
import io.qanat.gateway.bundles.routes.RoutesActivator;
import io.qanat.gateway.shared.Gate;
import io.qanat.gateway.shared.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

class CamelRuntimeIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String GREETING_ROUTE =
            """
            <routes>
              <route id="greeting"><from uri="direct:in"/><to uri="greet:world"/><to uri="log:greeting"/></route>
              <route id="other"><from uri="direct:other"/><setBody><simple>other ${body}</simple></setBody></route>
            </routes>""";

    private Path folder;

    private final Gate gate = new Gate();
    private OsgiFramework framework;
    private Routes routes;

    @BeforeEach
    void startsAFrameworkWithRoutes(@TempDir Path temporary) throws Exception {
        folder = temporary;
        Path bundles = Files.createDirectory(folder.resolve("bundles"));
        TestBundle.copy(bundles, TestBundle.SERVICES);
        TestBundle.copy(bundles, List.of("io.qanat.camel-runtime"));
        new TestBundle("test.routes")
                .activator(RoutesActivator.class)
                .imports("io.qanat.camel", "io.qanat.gateway.shared", "org.osgi.framework")
                .camel(
                        "org.apache.camel",
                        "org.apache.camel.catalog",
                        "org.apache.camel.impl",
                        "org.apache.camel.impl.engine",
                        "org.apache.camel.spi",
                        "org.apache.camel.support")
                .in(bundles);
        framework = OsgiFramework.start(
                bundles,
                folder.resolve("storage"),
                Map.of("org.osgi.framework.system.packages.extra", "io.qanat.gateway.shared"));
        framework.framework().getBundleContext().registerService(Gate.class, gate, null);
        routes = framework.service(Routes.class, TIMEOUT);
    }

    @AfterEach
    void stopsTheFramework() {
        gate.open();
        framework.close();
    }

    @Test
    void runsAnXmlRoute() throws Exception {
        routes.load(
                "simple.xml",
                """
                <routes><route id="simple">
                  <from uri="direct:in"/>
                  <setBody><simple>read ${body}</simple></setBody>
                  <to uri="log:simple?level=DEBUG"/>
                </route></routes>""");

        assertThat(routes.send("direct:in", "20.5")).isEqualTo("read 20.5");
    }

    @Test
    void usesAComponentThatArrivesAfterItWasMissed() throws Exception {
        assertThatThrownBy(() -> routes.load("greeting.xml", GREETING_ROUTE)).hasStackTraceContaining("greet");
        gate.open();
        startGreetBundle();

        routes.load("again.xml", GREETING_ROUTE.replace("\"greeting\"", "\"again\""));

        assertThat(routes.send("direct:in", "hello")).isEqualTo("hello, world");
    }

    @Test
    void saysWhichComponentWaitsForItsService() throws Exception {
        install(greetBundle()
                        .entry(
                                "META-INF/services/org/apache/camel/component/greet",
                                "class=io.qanat.gateway.bundles.greet.GreetComponent")
                        .withoutActivator())
                .start();

        assertThatThrownBy(() -> routes.load("greeting.xml", GREETING_ROUTE))
                .hasStackTraceContaining("The component greet: of the bundle test.greet is not ready");
    }

    @Test
    void completesWhatIsInFlightBeforeAComponentStopsAndBringsTheRouteBack() throws Exception {
        Bundle greet = startGreetBundle();
        routes.load("greeting.xml", GREETING_ROUTE);
        CompletableFuture<String> reply = CompletableFuture.supplyAsync(() -> routes.send("direct:in", "hello"));
        gate.awaitEntered();

        CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> stop(greet));
        await().until(() -> greet.getState() == Bundle.STOPPING);
        assertThat(stop).isNotDone();
        gate.open();

        assertThat(reply.get()).isEqualTo("hello, world");
        stop.get();
        assertThat(routes.waiting()).containsExactly("greeting");
        assertThat(routes.send("direct:other", "way")).isEqualTo("other way");

        greet.start();
        await().until(() -> routes.status("greeting"), "Started"::equals);
        assertThat(routes.send("direct:in", "hello again")).isEqualTo("hello again, world");
    }

    @Test
    void takesARouteDownWhenTheServiceOfItsComponentLeaves() throws Exception {
        gate.open();
        Bundle greet = install(serviceBundle());
        greet.start();
        routes.load("greeting.xml", GREETING_ROUTE);

        greet.stop();

        assertThat(routes.waiting()).containsExactly("greeting");
        greet.start();
        await().until(() -> routes.status("greeting"), "Started"::equals);
        assertThat(routes.send("direct:in", "hello")).isEqualTo("hello, world");
    }

    @Test
    void bringsARouteBackThatCouldNotBeBuiltTheFirstTime() throws Exception {
        gate.open();
        Bundle greet = install(serviceBundle());
        greet.start();
        routes.load("greeting.xml", GREETING_ROUTE);
        greet.stop();
        gate.broken(true);
        greet.start();
        greet.stop();
        await().until(() -> routes.waiting().contains("greeting"));
        gate.broken(false);

        greet.start();

        await().until(() -> routes.status("greeting"), "Started"::equals);
        assertThat(routes.send("direct:in", "hello")).isEqualTo("hello, world");
    }

    @Test
    void usesTheNewContentOfAnUpdatedComponentBundle() throws Exception {
        gate.open();
        Bundle greet = startGreetBundle();
        routes.load("greeting.xml", GREETING_ROUTE);
        routes.send("direct:in", "hello");
        ClassLoader before =
                greet.loadClass("io.qanat.gateway.bundles.greet.GreetComponent").getClassLoader();

        greet.update();

        await().until(() -> routes.status("greeting"), "Started"::equals);
        assertThat(greet.loadClass("io.qanat.gateway.bundles.greet.GreetComponent")
                        .getClassLoader())
                .isNotSameAs(before);
        assertThat(routes.send("direct:in", "hello")).isEqualTo("hello, world");
    }

    @Test
    void describesAComponentOfAnotherBundle() throws Exception {
        install(greetBundle()
                        .entry(
                                "META-INF/services/org/apache/camel/component/greet",
                                "class=io.qanat.gateway.bundles.greet.GreetComponent")
                        .entry("META-INF/io/qanat/gateway/bundles/greet/greet.json", "{\"component\":{}}"))
                .start();

        assertThat(routes.componentJson("greet")).isEqualToIgnoringNewLines("{\"component\":{}}");
        assertThat(routes.componentJson("direct")).contains("\"scheme\": \"direct\"");
    }

    @Test
    void postsToAWebhook() throws Exception {
        HttpServer server = webhook();
        try {
            loadWebhookRoute(server);

            assertThat(routes.send("direct:alarm", "raised")).isEqualTo("noted POST /alarms raised");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void failsTheExchangeThatAWebhookRefuses() throws Exception {
        HttpServer server = webhook();
        try {
            loadWebhookRoute(server);

            assertThatThrownBy(() -> routes.send("direct:alarm", ""))
                    .hasStackTraceContaining("HttpOperationFailedException")
                    .hasStackTraceContaining("statusCode: 503");
        } finally {
            server.stop(0);
        }
    }

    private Bundle startGreetBundle() throws Exception {
        Bundle bundle = install(greetBundle());
        bundle.start();
        return bundle;
    }

    /** A bundle that is known for its entries, as those of stages are, besides its service. */
    private static TestBundle greetBundle() {
        return serviceBundle().entry("META-INF/services/org/apache/camel/other.properties", "");
    }

    private static TestBundle serviceBundle() {
        return new TestBundle("test.greet")
                .activator(GreetActivator.class)
                .imports("io.qanat.gateway.shared", "org.osgi.framework")
                .camel("org.apache.camel", "org.apache.camel.spi", "org.apache.camel.support");
    }

    private Bundle install(TestBundle bundle) throws BundleException {
        Path jar = bundle.in(folder);
        return framework
                .framework()
                .getBundleContext()
                .installBundle(jar.toUri().toString());
    }

    private Bundle installed(String name) throws IOException, BundleException {
        Path bundles = Files.createDirectories(folder.resolve("later"));
        TestBundle.copy(bundles, List.of(name));
        try (var jars = Files.list(bundles)) {
            Path jar = jars.findFirst().orElseThrow();
            return framework
                    .framework()
                    .getBundleContext()
                    .installBundle(jar.toUri().toString());
        }
    }

    private void loadWebhookRoute(HttpServer server) throws Exception {
        installed("io.qanat.camel-http").start();
        routes.load(
                "webhook.xml",
                """
                <routes><route id="webhook">
                  <from uri="direct:alarm"/><to uri="http://localhost:%d/alarms?httpMethod=POST"/>
                </route></routes>"""
                        .formatted(server.getAddress().getPort()));
    }

    private static HttpServer webhook() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/alarms", CamelRuntimeIT::note);
        server.start();
        return server;
    }

    /** Repeats the request; one without a body is refused. */
    private static void note(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String reply = "noted " + exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body;
        exchange.sendResponseHeaders(body.isEmpty() ? 503 : 200, 0);
        exchange.getResponseBody().write(reply.getBytes(StandardCharsets.UTF_8));
        exchange.close();
    }

    private static void stop(Bundle bundle) {
        try {
            bundle.stop();
        } catch (BundleException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
