package io.qanat.routes.privacy;

import java.util.Map;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.DelegateEndpoint;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.ShutdownableService;
import org.apache.camel.support.service.ServiceHelper;

/**
 * An endpoint whose messages begin with its data class, and that sends none which tells more than it may. Camel puts it in
 * place of each endpoint that it registers or makes for one message, so that no step and no template passes it by.
 */
final class GuardedEndpoint implements DelegateEndpoint, MultipleConsumersSupport, ShutdownableService {
    private final Endpoint delegate;
    private final EndpointClass known;
    private final PrivacyGuard guard;

    GuardedEndpoint(Endpoint delegate, EndpointClass known, PrivacyGuard guard) {
        this.delegate = delegate;
        this.known = known;
        this.guard = guard;
    }

    @Override
    public Endpoint getEndpoint() {
        return delegate;
    }

    @Override
    public Producer createProducer() throws Exception {
        return createAsyncProducer();
    }

    @Override
    public AsyncProducer createAsyncProducer() throws Exception {
        return new GuardedProducer(delegate, delegate.createAsyncProducer(), known, guard);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        return delegate.createConsumer(new Beginning(processor, known.beginning()));
    }

    @Override
    public PollingConsumer createPollingConsumer() throws Exception {
        return delegate.createPollingConsumer();
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return delegate instanceof MultipleConsumersSupport several && several.isMultipleConsumersSupported();
    }

    @Override
    public String getEndpointUri() {
        return delegate.getEndpointUri();
    }

    @Override
    public ExchangePattern getExchangePattern() {
        return delegate.getExchangePattern();
    }

    @Override
    public String getEndpointBaseUri() {
        return delegate.getEndpointBaseUri();
    }

    @Override
    public String getEndpointKey() {
        return delegate.getEndpointKey();
    }

    @Override
    public Exchange createExchange() {
        return delegate.createExchange();
    }

    @Override
    public Exchange createExchange(ExchangePattern pattern) {
        return delegate.createExchange(pattern);
    }

    @Override
    public void configureExchange(Exchange exchange) {
        delegate.configureExchange(exchange);
    }

    @Override
    public CamelContext getCamelContext() {
        return delegate.getCamelContext();
    }

    @Override
    public void setCamelContext(CamelContext context) {
        delegate.setCamelContext(context);
    }

    @Override
    public Component getComponent() {
        return delegate.getComponent();
    }

    @Override
    public void setComponent(Component component) {
        delegate.setComponent(component);
    }

    @Override
    public boolean isSingletonProducer() {
        return delegate.isSingletonProducer();
    }

    @Override
    public boolean isSingleton() {
        return delegate.isSingleton();
    }

    @Override
    public void configureProperties(Map<String, Object> options) {
        delegate.configureProperties(options);
    }

    @Override
    public boolean isLenientProperties() {
        return delegate.isLenientProperties();
    }

    @Override
    public void start() {
        ServiceHelper.startService(delegate);
    }

    @Override
    public void stop() {
        ServiceHelper.stopService(delegate);
    }

    @Override
    public void shutdown() {
        ServiceHelper.stopAndShutdownService(delegate);
    }

    @Override
    public String toString() {
        return delegate.toString();
    }
}
