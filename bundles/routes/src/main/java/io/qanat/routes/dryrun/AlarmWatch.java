package io.qanat.routes.dryrun;

import io.qanat.api.Alarm;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** Sees each alarm that a step puts into an exchange, whether or not it is then sent anywhere. Threads: any. */
final class AlarmWatch implements InterceptStrategy {
    /** Property with the alarm that was seen last: the steps behind have the same body. */
    private static final String SEEN = "QanatDryRunAlarm";

    private final Consumer<Alarm> listener;

    AlarmWatch(Consumer<Alarm> listener) {
        this.listener = listener;
    }

    @Override
    public Processor wrapProcessorInInterceptors(
            CamelContext context, NamedNode definition, Processor target, Processor nextTarget) {
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                return super.process(exchange, doneSync -> {
                    look(exchange);
                    callback.done(doneSync);
                });
            }
        };
    }

    private void look(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof Alarm alarm && exchange.getProperty(SEEN) != alarm) {
            exchange.setProperty(SEEN, alarm);
            listener.accept(alarm);
        }
    }
}
