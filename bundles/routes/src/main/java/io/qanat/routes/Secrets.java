package io.qanat.routes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.apache.camel.spi.PropertiesFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and passwords, each in a file of its own in one folder, so that no route text holds any.
 *
 * <p>As the bean {@code secrets} of routes it gives the value at each message: {@code <method ref="secrets"
 * method="bearer('cloud-token')"/>} as the header {@code Authorization} follows a token that is renewed. As the
 * placeholder <code>{{secret:NAME}}</code> it gives the value when the text is loaded, for options such as passwords.
 *
 * <p>Threads: any.
 */
public final class Secrets implements PropertiesFunction {
    static final String FUNCTION = "secret";
    static final String BEAN = "secrets";

    /** No path: a route text may not draw in files of its author's choice. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private final Path folder;

    Secrets(Path folder) {
        this.folder = folder;
    }

    /** The value of the header {@code Authorization} with the token in the file of this name, as it is now. */
    public String bearer(String name) throws IOException {
        return "Bearer " + read(name);
    }

    /**
     * Whether a caller did not show the token in the file of this name. Takes equally long for every wrong token.
     *
     * @param authorization the header {@code Authorization}, as the caller sent it
     */
    public boolean refuses(String name, @Nullable String authorization) throws IOException {
        byte[] expected = bearer(name).getBytes(StandardCharsets.UTF_8);
        byte[] shown = String.valueOf(authorization).getBytes(StandardCharsets.UTF_8);
        return !MessageDigest.isEqual(expected, shown);
    }

    @Override
    public String getName() {
        return FUNCTION;
    }

    /** @throws IllegalArgumentException when there is no such secret */
    @Override
    public String apply(String name) {
        try {
            return read(name);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private String read(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IOException(
                    "the secret's name '" + name + "' is no name of a file: use letters, digits, - and _");
        }
        Path file = folder.resolve(name);
        String value;
        try {
            value = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            // What a decoder says may quote the content.
            throw new IOException("the secret " + name + " cannot be read ("
                    + e.getClass().getSimpleName() + "): write it to " + file + ", readable by the gateway alone");
        }
        if (value.isEmpty() || value.chars().anyMatch(Character::isISOControl)) {
            throw new IOException(
                    "the secret in " + file + " is empty or has more than one line: write it on one line");
        }
        return value;
    }
}
