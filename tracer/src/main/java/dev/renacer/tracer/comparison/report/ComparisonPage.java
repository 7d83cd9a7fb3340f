// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.renacer.tracer.comparison.Amount;
import dev.renacer.tracer.comparison.CallGroup;
import dev.renacer.tracer.comparison.Comparison;
import dev.renacer.tracer.comparison.Difference;
import dev.renacer.tracer.comparison.DifferenceTree;
import dev.renacer.tracer.comparison.FailureCondition;
import dev.renacer.tracer.comparison.PathStep;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.report.page.DurationBars;
import dev.renacer.tracer.report.page.Page;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A comparison as one page for a browser that needs nothing else: what differs, the distributions of durations, and a
 * differential flame graph. It carries the document that {@code --format json} writes, and beside it what only a page can show.
 */
public final class ComparisonPage {
    /** In this order, each in terms of those before it. */
    private static final List<String> SCRIPTS =
            List.of("differences.js", "shift.js", "difference-flame.js", "comparison.js");

    private final Page page;
    private final Comparison comparison;

    private ComparisonPage(Page page, Comparison comparison) {
        this.page = page;
        this.comparison = comparison;
    }

    /**
     * Writes one.
     *
     * @param out         receives it
     * @param first       the name of the first trace
     * @param second      that of the second
     * @param conditions  that were asked for; the page has those that are not kept
     * @param version     of this program
     */
    public static void writeTo(
            ReportStream out,
            Comparison comparison,
            String first,
            String second,
            List<FailureCondition> conditions,
            String version) {
        Page page = new Page(out);
        page.head(ComparisonPage.class, "page.html", "style.css", SCRIPTS);
        page.text("facts", "version\t" + version + '\n');
        StringBuilder document = new StringBuilder();
        ComparisonDocument.writeTo(document, comparison, first, second, conditions);
        page.packed("document", document);
        ComparisonPage of = new ComparisonPage(page, comparison);
        of.distributions();
        of.tree();
        page.end(List.of());
        out.flush();
    }

    /** In the order of the differences. */
    private void distributions() {
        StringBuilder json = new StringBuilder("[");
        for (Difference difference : comparison.differences()) {
            json.append(json.length() == 1 ? "" : ",").append('[');
            side(json, comparison.beforeGroups(), difference);
            json.append(',');
            side(json, comparison.afterGroups(), difference);
            json.append(']');
        }
        page.packed("distributions", json.append(']'));
    }

    private static void side(StringBuilder json, Map<?, CallGroup> groups, Difference difference) {
        CallGroup group = groups.get(difference.key());
        if (group == null) {
            json.append("null");
            return;
        }
        double[] sampled = group.sampled();
        Arrays.sort(sampled);
        DurationBars bars = new DurationBars();
        for (double nanos : sampled) {
            bars.add(nanos, 1);
        }
        json.append("{\"calls\":")
                .append(group.calls())
                .append(",\"total\":")
                .append(group.totalNanos())
                .append(",\"of\":")
                .append(group.sampledOf())
                .append(",\"sampled\":")
                .append(sampled.length)
                .append(",\"bars\":")
                .append(bars.json());
        if (sampled.length > 0) {
            json.append(",\"median\":").append(quantile(sampled, 0.5));
            json.append(",\"p95\":").append(quantile(sampled, 0.95));
            json.append(",\"p99\":").append(quantile(sampled, 0.99));
            json.append(",\"longest\":").append(Math.round(sampled[sampled.length - 1]));
        }
        json.append('}');
    }

    private static long quantile(double[] sorted, double part) {
        return Math.round(sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)]);
    }

    private void tree() {
        DifferenceTree tree = DifferenceTree.of(comparison);
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator json = factory.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("basis", tree.basis().name().toLowerCase(Locale.ROOT));
            json.writeFieldName("root");
            node(json, new PathStep(PathStep.Kind.PROCESS, "all", ""), tree.root());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        page.packed("tree", text.getBuffer());
    }

    /** Kind, name, note, calls, time and waiting of both traces, children. */
    private static void node(JsonGenerator json, PathStep step, DifferenceTree.Node node) throws IOException {
        json.writeStartArray();
        json.writeString(step.kind().name().toLowerCase(Locale.ROOT));
        json.writeString(step.name());
        json.writeString(step.note());
        for (Amount amount : List.of(node.before(), node.after())) {
            json.writeNumber(amount.calls());
            json.writeNumber(amount.nanos());
            json.writeNumber(amount.idleNanos());
        }
        json.writeStartArray();
        for (Map.Entry<PathStep, DifferenceTree.Node> child : node.children().entrySet()) {
            node(json, child.getKey(), child.getValue());
        }
        json.writeEndArray();
        json.writeEndArray();
    }
}
