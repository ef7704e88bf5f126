package io.qanat.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.qanat.api.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A JSON object of a package's file, read field by field: each refusal names file, field, what was found and what was
 * expected. Fields that nobody asks for are ignored.
 */
final class JsonFields {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final String prefix;
    private final JsonNode node;

    private JsonFields(Path file, String prefix, JsonNode node) {
        this.file = file;
        this.prefix = prefix;
        this.node = node;
    }

    /** The object that is the file's whole content. */
    static JsonFields read(Path file) throws ModelException {
        try {
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (!root.isObject()) {
                throw new ModelException(file + " has " + found(root) + ": expected an object");
            }
            return new JsonFields(file, "", root);
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    file + " is not JSON, line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelException("cannot read " + file + ": " + e, e);
        }
    }

    /** Text with at least one visible character. */
    String text(String field) throws ModelException {
        return need(field, value -> value.isTextual() && !value.textValue().isBlank(), "a text")
                .textValue();
    }

    int positive(String field) throws ModelException {
        return need(
                        field,
                        value -> value.canConvertToInt() && value.isInt() && value.intValue() > 0,
                        "a whole number from 1")
                .intValue();
    }

    double number(String field) throws ModelException {
        return need(field, JsonFields::finite, "a number").doubleValue();
    }

    double notNegative(String field) throws ModelException {
        return need(field, value -> finite(value) && value.doubleValue() >= 0, "a number from 0")
                .doubleValue();
    }

    JsonFields object(String field) throws ModelException {
        return new JsonFields(file, prefix + field + ".", need(field, JsonNode::isObject, "an object"));
    }

    List<JsonFields> objects(String field) throws ModelException {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode element : elements(field, JsonNode::isObject, "a list of objects")) {
            objects.add(new JsonFields(file, prefix + field + "[" + objects.size() + "].", element));
        }
        return objects;
    }

    List<String> texts(String field) throws ModelException {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : elements(field, JsonNode::isTextual, "a list of texts")) {
            texts.add(element.textValue());
        }
        return texts;
    }

    /** Dimensions of a tensor: whole numbers, and null for the one that each run may choose. */
    List<Long> shape(String field) throws ModelException {
        List<Long> shape = new ArrayList<>();
        for (JsonNode element :
                elements(field, value -> value.isNull() || value.isInt(), "a list of whole numbers and null")) {
            shape.add(element.isNull() ? TensorSpec.ANY : element.longValue());
        }
        return shape;
    }

    Map<String, String> textByName(String field) throws ModelException {
        JsonFields fields = object(field);
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : fields.node.properties()) {
            texts.put(entry.getKey(), fields.text(entry.getKey()));
        }
        return texts;
    }

    /** Numbers, in lists that are as long as {@code lengths} say, one per level; flattened. */
    float[] numbers(String field, int... lengths) throws ModelException {
        List<Float> numbers = new ArrayList<>();
        flatten(need(field, JsonNode::isArray, "a list"), field, numbers, lengths, 0);
        float[] flat = new float[numbers.size()];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = numbers.get(i);
        }
        return flat;
    }

    private void flatten(JsonNode value, String field, List<Float> into, int[] lengths, int level)
            throws ModelException {
        if (level == lengths.length) {
            into.add((float)
                    checked(value, field, JsonFields::finite, "a number").doubleValue());
            return;
        }
        checked(value, field, JsonNode::isArray, "a list");
        if (value.size() != lengths[level]) {
            throw wrong(field, "a list of " + value.size(), "a list of " + lengths[level]);
        }
        for (int i = 0; i < value.size(); i++) {
            flatten(value.get(i), field + "[" + i + "]", into, lengths, level + 1);
        }
    }

    /** Number of elements in a list that is not empty. */
    int length(String field) throws ModelException {
        return elements(field, value -> true, "a list").size();
    }

    private JsonNode elements(String field, Predicate<JsonNode> rule, String expected) throws ModelException {
        JsonNode list = need(field, value -> value.isArray() && !value.isEmpty(), expected + " with at least one");
        for (int i = 0; i < list.size(); i++) {
            checked(list.get(i), field + "[" + i + "]", rule, expected);
        }
        return list;
    }

    private JsonNode need(String field, Predicate<JsonNode> rule, String expected) throws ModelException {
        return checked(node.path(field), field, rule, expected);
    }

    private JsonNode checked(JsonNode value, String field, Predicate<JsonNode> rule, String expected)
            throws ModelException {
        if (!rule.test(value)) {
            throw wrong(field, found(value), expected);
        }
        return value;
    }

    /** A value that breaks a rule which the types cannot express. */
    ModelException wrong(String field, String found, String expected) {
        return new ModelException(file + ": '" + prefix + field + "' is " + found + ", expected " + expected);
    }

    private static boolean finite(JsonNode value) {
        return value.isNumber() && Double.isFinite(value.doubleValue());
    }

    private static String found(JsonNode value) {
        if (value.isMissingNode()) {
            return "missing";
        }
        String text = value.toString();
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
