// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.schema;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.renacer.quickstart.schema.FieldError.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules in CEL ({@code x-kubernetes-validations}) of a schema and of all below it. {@code self} and {@code oldSelf} are of dynamic
 * type; a rule with {@code oldSelf} within the entries of a list is refused. Functions that Kubernetes adds to CEL are not there.
 */
final class CelRules {
    private static final String SELF = "self";
    private static final String OLD_SELF = "oldSelf";

    /** What a stand-in that passed it over would let through. */
    private static final List<String> NOT_SERVED = List.of("messageExpression", "optionalOldSelf", "reason");

    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar(SELF, SimpleType.DYN)
            .addVar(OLD_SELF, SimpleType.DYN)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.plannerRuntimeBuilder().build();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Object> PLAIN = new TypeReference<>() {};

    /** By their text: a definition says {@code self == oldSelf} of most of its fields. */
    private static final Map<String, Expression> COMPILED = new ConcurrentHashMap<>();

    /**
     * What a rule evaluates.
     *
     * @param ofChange  whether it speaks of the value before, so that it holds for changes only
     */
    private record Expression(String text, CelRuntime.Program program, boolean ofChange) {}

    /**
     * One rule.
     *
     * @param field  where it is told, below the value it is about: {@code .selector}; empty: at the value
     */
    private record Rule(Expression expression, String field, String message) {}

    private final boolean isScalar;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, CelRules> properties = new HashMap<>();
    private final @Nullable CelRules otherProperties;
    private final @Nullable CelRules items;

    /**
     * Compiles them.
     *
     * @throws IllegalArgumentException if one cannot be: the API server would refuse the definition
     */
    CelRules(JsonNode schema) {
        this(schema, false);
    }

    private CelRules(JsonNode schema, boolean inList) {
        isScalar = !schema.path("type").asText().matches("object|array");
        schema.path("x-kubernetes-validations").forEach(rule -> rules.add(rule(rule, inList)));
        schema.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), new CelRules(property.getValue(), inList)));
        otherProperties = below(schema.path("additionalProperties"), inList);
        items = below(schema.path("items"), true);
    }

    private static @Nullable CelRules below(JsonNode schema, boolean inList) {
        return schema.isObject() ? new CelRules(schema, inList) : null;
    }

    private static Rule rule(JsonNode rule, boolean inList) {
        String text = rule.path("rule").asText();
        NOT_SERVED.stream().filter(rule::has).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("rule \"" + text + "\": " + name + " is not served here");
        });
        Expression expression = COMPILED.computeIfAbsent(text, CelRules::compile);
        if (inList && expression.ofChange()) {
            throw new IllegalArgumentException(
                    "rule \"" + text + "\": oldSelf is not served here of what is in a list's entries");
        }
        return new Rule(
                expression,
                rule.path("fieldPath").asText(),
                rule.path("message").asText("failed rule: " + text));
    }

    private static Expression compile(String text) {
        try {
            CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
            boolean ofChange = tree.getReferenceMap().values().stream()
                    .anyMatch(reference -> reference.name().equals(OLD_SELF));
            return new Expression(text, RUNTIME.createProgram(tree), ofChange);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("rule \"" + text + "\": " + e.getMessage(), e);
        }
    }

    /**
     * What is broken.
     *
     * @param path  of the value; empty: of the object itself
     * @param old   what the value was; null: the object is new, or the value is
     */
    void check(String path, JsonNode value, @Nullable JsonNode old, Consumer<FieldError> broken) {
        if (value.isNull()) {
            return;
        }
        for (Rule rule : rules) {
            if (!rule.expression().ofChange() || old != null) {
                check(rule, path, value, old, broken);
            }
        }
        value.properties().forEach(property -> {
            boolean named = properties.containsKey(property.getKey());
            CelRules below = named ? properties.get(property.getKey()) : otherProperties;
            if (below != null) {
                String name = property.getKey();
                String field = named ? CustomResourceSchema.below(path, name) : path + "[" + name + "]";
                below.check(field, property.getValue(), old == null ? null : old.get(name), broken);
            }
        });
        if (items != null) {
            for (int i = 0; i < value.size(); i++) {
                items.check(path + "[" + i + "]", value.get(i), null, broken);
            }
        }
    }

    private void check(Rule rule, String path, JsonNode value, @Nullable JsonNode old, Consumer<FieldError> broken) {
        Map<String, Object> variables = new HashMap<>();
        variables.put(SELF, MAPPER.convertValue(value, PLAIN));
        if (old != null) {
            variables.put(OLD_SELF, MAPPER.convertValue(old, PLAIN));
        }
        String detail;
        try {
            if (Boolean.TRUE.equals(rule.expression().program().eval(variables))) {
                return;
            }
            detail = rule.message();
        } catch (CelEvaluationException e) {
            detail = e.getMessage() + " evaluating rule: " + rule.expression().text();
        }
        broken.accept(
                isScalar
                        ? FieldError.of(path + rule.field(), Kind.FieldValueInvalid, value, detail)
                        : FieldError.of(path + rule.field(), Kind.FieldValueInvalid, detail));
    }
}
