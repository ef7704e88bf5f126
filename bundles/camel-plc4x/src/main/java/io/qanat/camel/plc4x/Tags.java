package io.qanat.camel.plc4x;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is read of a device.
 *
 * @param byName each tag by its name, such as {@code temperature}, in the order of their names
 */
record Tags(Map<String, Tag> byName) {
    Tags {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    /**
     * From the options {@code tag.*}, {@code scale.*} and {@code offset.*} of an endpoint.
     *
     * @throws IllegalArgumentException when one is no number or belongs to no tag; the message names it
     */
    static Tags of(Map<String, Object> addresses, Map<String, Object> scales, Map<String, Object> offsets) {
        requireTags("scale", scales, addresses);
        requireTags("offset", offsets, addresses);
        Map<String, Tag> tags = new LinkedHashMap<>();
        for (String name : new TreeSet<>(addresses.keySet())) {
            tags.put(
                    name,
                    new Tag(
                            String.valueOf(addresses.get(name)),
                            number("scale." + name, scales.get(name)),
                            number("offset." + name, offsets.get(name))));
        }
        return new Tags(tags);
    }

    private static void requireTags(String option, Map<String, Object> values, Map<String, Object> addresses) {
        for (String name : values.keySet()) {
            if (!addresses.containsKey(name)) {
                throw new IllegalArgumentException(option + "." + name + " of plc4x: belongs to no tag: there are "
                        + new TreeSet<>(addresses.keySet()));
            }
        }
    }

    private static Optional<BigDecimal> number(String option, @Nullable Object value) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(value.toString().strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    option + " of plc4x: is '" + value + "': it must be a number, such as 0.1", e);
        }
    }

    /** The value of a tag as a measure; what is no number, such as a coil, stays as it is. */
    Object measure(String name, Object raw) {
        Tag tag = Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new IllegalArgumentException("there is no tag '" + name + "'"));
        return tag.measure(raw);
    }

    /** For messages: {@code temperature (holding-register:2)}. */
    String describe(Entry<String, Tag> tag) {
        return tag.getKey() + " (" + tag.getValue().address() + ")";
    }

    /**
     * @param address in the words of the driver, such as {@code holding-register:1:INT}
     * @param scale what a number is multiplied with
     * @param offset what is added then
     */
    record Tag(String address, Optional<BigDecimal> scale, Optional<BigDecimal> offset) {
        /** In decimal, so that 235 times 0.1 is 23.5. */
        Object measure(Object raw) {
            if (!(raw instanceof Number number) || (scale.isEmpty() && offset.isEmpty())) {
                return raw;
            }
            if (!Double.isFinite(number.doubleValue())) {
                return raw;
            }
            return new BigDecimal(number.toString())
                    .multiply(scale.orElse(BigDecimal.ONE))
                    .add(offset.orElse(BigDecimal.ZERO))
                    .doubleValue();
        }
    }
}
