package io.qanat.camel.milo;

import org.apache.camel.Exchange;
import org.apache.camel.spi.TypeConverterLoader;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.jspecify.annotations.Nullable;

/**
 * Lets a route say {@code <convertBodyTo type="java.lang.Double"/>} of a node's value: its number, 1 and 0 for true and
 * false. A value that the server does not call good, and one that is no number, is NaN: that is no reading, and is counted
 * as a rejection by the step that takes readings. Threads: any.
 */
public final class MeasureConverterLoader implements TypeConverterLoader {
    @Override
    public void load(TypeConverterRegistry registry) {
        registry.addTypeConverter(
                Double.class, DataValue.class, new SimpleTypeConverter(false, MeasureConverterLoader::convert));
    }

    private static Object convert(Class<?> type, @Nullable Exchange exchange, Object value) {
        return measure((DataValue) value);
    }

    static double measure(DataValue value) {
        Object measured = value.getStatusCode().isGood() ? value.getValue().getValue() : null;
        if (measured instanceof Number number) {
            return number.doubleValue();
        }
        return measured instanceof Boolean on ? (on ? 1 : 0) : Double.NaN;
    }
}
