// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.quickstart.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.harrel.jsonschema.Dialects;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.EvaluatorFactory;
import dev.harrel.jsonschema.Keyword;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import dev.renacer.quickstart.schema.FieldError.Kind;
import java.math.BigDecimal;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds values against an OpenAPI schema, which is what a draft 4 JSON schema is but for {@code nullable}, which {@link
 * CustomResourceSchema} refuses, and {@code format}, which is not looked at.
 */
final class ValueCheck {
    private static final URI SCHEMA = URI.create("urn:dev.renacer:schema");
    private static final java.util.regex.Pattern INDEX = java.util.regex.Pattern.compile("/(\\d+)(?=/|$)");

    private final JsonNode schema;
    private final Validator validator;

    ValueCheck(JsonNode schema) {
        this.schema = schema;
        this.validator = new ValidatorFactory()
                .withDefaultDialect(new Dialects.Draft4Dialect())
                .withEvaluatorFactory(re2Patterns())
                .withDisabledSchemaValidation(true)
                .createValidator();
        validator.registerSchema(SCHEMA, schema);
    }

    /** As the API server reads them: there, unlike in Java, $ is the end alone and not also before a last line break. */
    private static EvaluatorFactory re2Patterns() {
        return (context, keyword, value) ->
                keyword.equals(Keyword.PATTERN) ? Optional.of(pattern(value.asString())) : Optional.empty();
    }

    private static Evaluator pattern(String text) {
        Pattern pattern = compiled(text);
        return (context, node) ->
                !node.isString() || pattern.matcher(node.asString()).find()
                        ? Evaluator.Result.success()
                        : Evaluator.Result.failure("does not match");
    }

    private static Pattern compiled(String text) {
        try {
            return Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern \"" + text + "\": " + e.getMessage(), e);
        }
    }

    List<FieldError> faults(JsonNode object) {
        return validator.validate(SCHEMA, object).getErrors().stream()
                .flatMap(error -> faults(object, error))
                .toList();
    }

    private Stream<FieldError> faults(JsonNode object, Error error) {
        JsonNode value = object.at(error.getInstanceLocation());
        JsonNode limit = schema.at(error.getEvaluationPath());
        String path = path(error.getInstanceLocation());
        String field = (path.isEmpty() ? "" : path + " ") + "in body ";
        return switch (error.getKeyword()) {
            case Keyword.REQUIRED ->
                limit.valueStream()
                        .map(JsonNode::asText)
                        .filter(name -> !value.has(name))
                        .map(name -> FieldError.required(CustomResourceSchema.below(path, name)));
            case Keyword.TYPE ->
                one(
                        path,
                        Kind.FieldValueTypeInvalid,
                        typeOf(value),
                        field + "must be of type " + limit.asText() + ": " + typeOf(value));
            case Keyword.ENUM ->
                one(
                        path,
                        Kind.FieldValueNotSupported,
                        value,
                        "supported values: "
                                + limit.valueStream()
                                        .map(allowed -> FieldError.quoted(allowed.asText()))
                                        .collect(Collectors.joining(", ")));
            case Keyword.PATTERN -> invalid(path, value, field + "should match '" + limit.asText() + "'");
            case Keyword.MIN_LENGTH ->
                invalid(path, value, field + "should be at least " + number(limit) + " chars long");
            case Keyword.MAX_LENGTH ->
                Stream.of(FieldError.of(
                        path, Kind.FieldValueTooLong, "may not be more than " + number(limit) + " bytes"));
            case Keyword.MINIMUM -> invalid(path, value, field + "should be greater than or equal to " + number(limit));
            case Keyword.MAXIMUM -> invalid(path, value, field + "should be less than or equal to " + number(limit));
            case Keyword.MIN_ITEMS -> invalid(path, value, field + "should have at least " + number(limit) + " items");
            case Keyword.MAX_ITEMS, Keyword.MAX_PROPERTIES ->
                Stream.of(FieldError.of(
                        path,
                        Kind.FieldValueTooMany,
                        value.size() + ": must have at most " + number(limit) + " items"));
            default -> invalid(path, value, field + error.getError());
        };
    }

    private static Stream<FieldError> invalid(String path, JsonNode value, String detail) {
        return one(path, Kind.FieldValueInvalid, value, detail);
    }

    private static Stream<FieldError> one(String path, Kind kind, JsonNode value, String detail) {
        return Stream.of(FieldError.of(path, kind, value, detail));
    }

    private static String number(JsonNode limit) {
        return new BigDecimal(limit.asText()).stripTrailingZeros().toPlainString();
    }

    private static JsonNode typeOf(JsonNode value) {
        return TextNode.valueOf(
                value.isIntegralNumber()
                        ? "integer"
                        : value.getNodeType().name().toLowerCase(Locale.ROOT));
    }

    /** Of the JSON pointer {@code /spec/syscalls/0} it is {@code spec.syscalls[0]}. */
    private static String path(String pointer) {
        Matcher index = INDEX.matcher(pointer);
        String dotted =
                index.replaceAll("[$1]").replace('/', '.').replace("~1", "/").replace("~0", "~");
        return dotted.startsWith(".") ? dotted.substring(1) : dotted;
    }
}
