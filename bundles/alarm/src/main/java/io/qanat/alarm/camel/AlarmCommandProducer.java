package io.qanat.alarm.camel;

import io.qanat.alarm.command.CommandDesk;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** One step of a route: a signed command in, its answer out. No thread waits. Threads: any. */
class AlarmCommandProducer extends DefaultAsyncProducer {
    private final CommandDesk desk;

    AlarmCommandProducer(AlarmCommandEndpoint endpoint, CommandDesk desk) {
        super(endpoint);
        this.desk = desk;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        String token = exchange.getMessage().getBody(String.class);
        var unused = desk.take(token == null ? "" : token).thenAccept(answer -> {
            exchange.getMessage().setBody(answer);
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
            callback.done(false);
        });
        return false;
    }
}
