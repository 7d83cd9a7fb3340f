// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.renacer.tracer.comparison.Comparison;
import dev.renacer.tracer.comparison.Difference;
import dev.renacer.tracer.comparison.Difference.Kind;
import dev.renacer.tracer.comparison.FailureCondition;
import dev.renacer.tracer.comparison.TraceProfile;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** A comparison as one JSON document in ASCII, {@code renacer-diff-v1}. */
public final class ComparisonDocument {
    private static final String FORMAT = "renacer-diff-v1";

    private final JsonGenerator json;

    private ComparisonDocument(JsonGenerator json) {
        this.json = json;
    }

    /**
     * Writes one.
     *
     * @param first       the name of the first trace
     * @param second      that of the second
     * @param conditions  that were asked for; the document has those that are not kept
     */
    public static void writeTo(
            StringBuilder out, Comparison comparison, String first, String second, List<FailureCondition> conditions) {
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator json = factory.createGenerator(text)) {
            ComparisonDocument document = new ComparisonDocument(json);
            json.writeStartObject();
            json.writeStringField("format", FORMAT);
            document.trace("a", first, comparison.before());
            document.trace("b", second, comparison.after());
            json.writeBooleanField("aligned_by_site", comparison.bySite());
            json.writeNumberField("tests", comparison.tests());
            json.writeArrayFieldStart("differences");
            for (Difference difference : comparison.differences()) {
                document.difference(difference);
            }
            json.writeEndArray();
            document.failures(comparison, conditions);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        out.append(text.getBuffer()).append('\n');
    }

    private void trace(String field, String name, TraceProfile trace) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField("name", name);
        json.writeNumberField("calls", trace.calls());
        json.writeNumberField("errors", trace.errors());
        json.writeNumberField("total_ns", trace.totalNanos());
        json.writeNumberField("lost", trace.lost());
        json.writeNumberField("not_compared", trace.ungrouped());
        json.writeEndObject();
    }

    private void difference(Difference difference) throws IOException {
        boolean isShift = difference.kind() == Kind.SLOWER || difference.kind() == Kind.FASTER;
        json.writeStartObject();
        json.writeStringField("kind", difference.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("syscall", difference.key().call());
        json.writeStringField("role", difference.key().role());
        named("descriptor", difference.key().kind());
        named("path", difference.key().path());
        named("peer", difference.key().peer());
        named("site", difference.key().site());
        if (difference.errno() != 0) {
            json.writeStringField("errno", ErrnoNames.of(difference.errno()).name());
        }
        json.writeNumberField("a", difference.before());
        json.writeNumberField("b", difference.after());
        json.writeNumberField(isShift ? "a_median_ns" : "a_total_ns", Math.round(difference.beforeNanos()));
        json.writeNumberField(isShift ? "b_median_ns" : "b_total_ns", Math.round(difference.afterNanos()));
        if (difference.p().isPresent()) {
            json.writeNumberField("p", difference.p().getAsDouble());
        }
        json.writeEndObject();
    }

    private void named(String field, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(field, value);
        }
    }

    private void failures(Comparison comparison, List<FailureCondition> conditions) throws IOException {
        json.writeArrayFieldStart("failed_on");
        for (FailureCondition condition : conditions) {
            int violations = condition.violations(comparison).size();
            if (violations > 0) {
                json.writeStartObject();
                json.writeStringField("condition", condition.toString());
                json.writeNumberField("differences", violations);
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
