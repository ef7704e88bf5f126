package io.qanat.camel;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * TLS for endpoints that name it, as in {@code https:host?sslContextParameters=#cloud}.
 *
 * <p>Factory configuration {@code io.qanat.camel.tls}: {@code camel.bean}, the name; {@code trust}, {@code certificate}
 * and {@code key}, paths of PEM files, see docs/connectors.md. The files are read for each connection. For clients only.
 *
 * <p>Threads: any.
 */
@Component(
        name = "io.qanat.camel.tls",
        configurationPid = "io.qanat.camel.tls",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        service = SSLContextParameters.class)
public final class TlsParameters extends SSLContextParameters {
    private final PemFiles files;

    /** For Declarative Services. */
    @Activate
    public TlsParameters(Map<String, Object> configuration) {
        files = new PemFiles(
                text(configuration, "trust"), text(configuration, "certificate"), text(configuration, "key"));
    }

    private static String text(Map<String, Object> configuration, String name) {
        Object value = configuration.get(name);
        return value == null ? "" : String.valueOf(value).strip();
    }

    @Override
    public SSLContext createSSLContext(CamelContext camelContext) throws GeneralSecurityException {
        SSLContext defaults = SSLContext.getDefault();
        return new Reading(new ReadingSpi(new PemSockets(files), defaults), defaults);
    }

    @Override
    public String toString() {
        return "TlsParameters" + files;
    }

    private static final class Reading extends SSLContext {
        Reading(SSLContextSpi spi, SSLContext defaults) {
            super(spi, defaults.getProvider(), defaults.getProtocol());
        }
    }

    private static final class ReadingSpi extends SSLContextSpi {
        private final SSLSocketFactory sockets;
        private final SSLContext defaults;

        ReadingSpi(SSLSocketFactory sockets, SSLContext defaults) {
            this.sockets = sockets;
            this.defaults = defaults;
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return sockets;
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return defaults.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return defaults.getSupportedSSLParameters();
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the files of io.qanat.camel.tls alone decide whom to trust");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw forClients();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw forClients();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw forClients();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw forClients();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return defaults.getClientSessionContext();
        }

        private static UnsupportedOperationException forClients() {
            return new UnsupportedOperationException("io.qanat.camel.tls is for clients with sockets, such as https:");
        }
    }
}
