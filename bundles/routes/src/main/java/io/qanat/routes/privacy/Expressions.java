package io.qanat.routes.privacy;

import io.qanat.api.DataClass;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.model.language.MethodCallExpression;
import org.apache.camel.model.language.SingleInputTypedExpressionDefinition;
import org.jspecify.annotations.Nullable;

/** What expressions of any language read. Threads: any. */
final class Expressions {
    private final CamelContext context;
    private final Policy policy;
    private final Simple simple;

    /** Languages that read the body, or the header, property or variable that their source names, and run no code. */
    private static final Map<String, Reads> PATHS = Map.of(
            "jsonpath", Reads.BODY_AND_HEADERS,
            "jq", Reads.ANYTHING,
            "tokenize", Reads.BODY,
            "xpath", Reads.ANYTHING,
            "xtokenize", Reads.BODY);

    private final Map<String, Function<String, Reads>> languages;

    Expressions(CamelContext context, Policy policy) {
        this.context = context;
        this.policy = policy;
        this.simple = new Simple(policy::bean);
        this.languages = Map.of(
                "constant", text -> text.strip().startsWith("resource:") ? Reads.ANYTHING : Reads.NOTHING,
                "simple", simple::reads,
                "header", Reads::header,
                "exchangeProperty", Reads::property,
                "variable", text -> Reads.ANYTHING);
    }

    Reads of(@Nullable ExpressionDefinition definition) {
        if (definition == null) {
            return Reads.NOTHING;
        }
        if (definition.getExpressionType() != null) {
            return of(definition.getExpressionType());
        }
        if (definition instanceof MethodCallExpression method) {
            return method(method);
        }
        boolean ownCode = definition.getExpressionValue() != null || definition.getPredicate() != null;
        if (ownCode || definition.getLanguage() == null) {
            return Reads.code(DataClass.RAW);
        }
        Reads path = PATHS.get(definition.getLanguage());
        return path == null
                ? of(definition.getLanguage(), String.valueOf(definition.getExpression()))
                : path(definition, path);
    }

    private static Reads path(ExpressionDefinition definition, Reads ofTheBody) {
        boolean elsewhere =
                definition instanceof SingleInputTypedExpressionDefinition input && input.getSource() != null;
        return elsewhere ? Reads.ANYTHING : ofTheBody;
    }

    /** What a text in a language reads; code when the language is none of those that are known. */
    Reads of(String language, String text) {
        Function<String, Reads> known = languages.get(language);
        return known == null ? Reads.code(DataClass.RAW) : known.apply(resolved(text));
    }

    /** What a text reads that is Simple, or no expression at all. */
    Reads simple(@Nullable String text) {
        return text == null ? Reads.NOTHING : simple.reads(resolved(text));
    }

    String resolved(String text) {
        return context.resolvePropertyPlaceholders(text);
    }

    /** The class that the text itself names is no bean that an operator installed. */
    private Reads method(MethodCallExpression method) {
        boolean named = method.getRef() != null
                && method.getBeanTypeName() == null
                && method.getBeanType() == null
                && method.getInstance() == null;
        Reads arguments = simple(method.getMethod());
        return arguments.and(Reads.code(named ? policy.bean(resolved(method.getRef())) : DataClass.RAW));
    }
}
