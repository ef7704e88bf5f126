package io.qanat.routes.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Measured values that stand nowhere else, so that a trace of them in what was captured is a leak. */
final class Canary {
    static final double HUMIDITY = 48213.0625;
    static final double TEMPERATURE = 7919.1875;

    private Canary() {}

    /** Fails when any form of the values is in the bytes. */
    static void isNotIn(byte[] captured, String where) {
        String text = new String(captured, StandardCharsets.ISO_8859_1);
        for (double value : new double[] {HUMIDITY, TEMPERATURE}) {
            for (String form : forms(value)) {
                assertThat(text.contains(form)).as("%s holds %s", where, value).isFalse();
            }
        }
    }

    static boolean isIn(byte[] captured) {
        String text = new String(captured, StandardCharsets.ISO_8859_1);
        return forms(HUMIDITY).stream().anyMatch(text::contains);
    }

    private static List<String> forms(double value) {
        List<String> forms = new ArrayList<>();
        forms.add(String.valueOf(value));
        forms.add(String.valueOf((long) value));
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            encoded(ByteBuffer.allocate(8).order(order).putDouble(value).array(), forms);
            encoded(ByteBuffer.allocate(4).order(order).putFloat((float) value).array(), forms);
        }
        encoded(String.valueOf(value).getBytes(StandardCharsets.UTF_8), forms);
        return forms;
    }

    private static void encoded(byte[] bytes, List<String> forms) {
        forms.add(new String(bytes, StandardCharsets.ISO_8859_1));
        forms.add(HexFormat.of().formatHex(bytes));
        forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
        // In the middle of a longer text the ends of its base64 form depend on the neighbours.
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        forms.add(base64.length() > 6 ? base64.substring(0, base64.length() - 2) : base64);
    }
}
