package io.qanat.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.qanat.api.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A place in a JSON file that knows its own name, so that what is wrong with it can be said exactly.
 *
 * @param file the file it is in
 * @param path from the top of the file, such as {@code variants[0].file}; empty for the top
 * @param node what is there
 */
record Field(Path file, String path, JsonNode node) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int FOUND_LENGTH = 60;

    static Field read(Path file) throws ModelException {
        try {
            return new Field(file, "", JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    file + " is not JSON, line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read (" + e + "): a model package must have it", e);
        }
    }

    Field get(String name) {
        JsonNode child = node.get(name);
        return new Field(
                file, path.isEmpty() ? name : path + "." + name, child == null ? MissingNode.getInstance() : child);
    }

    /** Names of the fields in this object. */
    List<String> names() throws ModelException {
        if (!node.isObject()) {
            throw wrong("an object");
        }
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    List<Field> items() throws ModelException {
        if (!node.isArray() || node.isEmpty()) {
            throw wrong("a list that is not empty");
        }
        List<Field> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new Field(file, path + "[" + i + "]", node.get(i)));
        }
        return items;
    }

    String text() throws ModelException {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw wrong("a text that is not blank");
        }
        return node.textValue();
    }

    String text(Pattern pattern, String expected) throws ModelException {
        if (!node.isTextual() || !pattern.matcher(node.textValue()).matches()) {
            throw wrong(expected);
        }
        return node.textValue();
    }

    double number() throws ModelException {
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw wrong("a finite number");
        }
        return node.doubleValue();
    }

    double notNegative() throws ModelException {
        if (!node.isNumber() || !(node.doubleValue() >= 0) || Double.isInfinite(node.doubleValue())) {
            throw wrong("a number of at least 0");
        }
        return node.doubleValue();
    }

    int positive() throws ModelException {
        if (!node.isInt() || node.intValue() < 1) {
            throw wrong("a whole number of at least 1");
        }
        return node.intValue();
    }

    /** The numbers of nested lists, in the order in which they are written. */
    float[] numbers() throws ModelException {
        List<Float> numbers = new ArrayList<>();
        collect(numbers);
        float[] array = new float[numbers.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = numbers.get(i);
        }
        return array;
    }

    private void collect(List<Float> numbers) throws ModelException {
        if (node.isArray()) {
            for (Field item : items()) {
                item.collect(numbers);
            }
        } else {
            numbers.add((float) number());
        }
    }

    /** @param expected what should have been there, such as {@code a finite number} */
    ModelException wrong(String expected) {
        String place = path.isEmpty() ? "the file" : "field " + path;
        return new ModelException(file + ", " + place + ": expected " + expected + ", found " + found());
    }

    private String found() {
        if (node.isMissingNode()) {
            return "nothing";
        }
        String text = node.toString();
        return text.length() <= FOUND_LENGTH ? text : text.substring(0, FOUND_LENGTH) + "...";
    }
}
