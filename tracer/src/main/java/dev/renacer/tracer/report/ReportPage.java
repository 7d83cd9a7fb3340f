// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

import dev.renacer.capture.PrintableText;
import dev.renacer.tracer.output.ReportStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * The page around the rows. Its style and script come first, so that a browser shows something while it reads the rest. Nothing
 * of a traced program stands in it as it is: all data is base64, in elements that a browser does not run. The page forbids
 * itself everything that it does not need (Content-Security-Policy): no network, no script but its own, no markup made of text.
 * For one thread.
 */
final class ReportPage {
    /** In this order, each in terms of those before it. */
    private static final List<String> SCRIPTS = List.of(
            "format.js",
            "dom.js",
            "codec.js",
            "model.js",
            "selection.js",
            "table.js",
            "calls.js",
            "detail.js",
            "processes.js",
            "lanes.js",
            "timeline.js",
            "gestures.js",
            "overview.js",
            "latency.js",
            "lists.js",
            "flame.js",
            "controls.js",
            "app.js");

    private final ReportStream out;

    ReportPage(ReportStream out) {
        this.out = out;
    }

    /** Writes everything in front of the rows. */
    void head(ReportFacts facts) {
        StringBuilder script = new StringBuilder("'use strict';\n");
        SCRIPTS.forEach(name -> script.append(resource(name)));
        String style = resource("style.css");
        out.buffer()
                .append(resource("page.html")
                        .replace("@POLICY@", policy(style, script.toString()))
                        .replace("@STYLE@", style)
                        .replace("@SCRIPT@", script));
        out.written();
        StringBuilder lines = new StringBuilder();
        facts.all()
                .forEach(fact -> lines.append(PrintableText.line(fact.name()))
                        .append('\t')
                        .append(PrintableText.line(fact.value()))
                        .append('\n'));
        element("facts", "", text(lines));
    }

    /**
     * Writes a block of rows.
     *
     * @param calls  how many of them are calls
     */
    void block(int calls, String packed) {
        element("block", " data-calls=\"" + calls + '"', packed);
    }

    /**
     * Writes the end.
     *
     * @param notes  what a reader must know of what is missing, a sentence each
     */
    void end(List<String> notes) {
        StringBuilder lines = new StringBuilder();
        notes.forEach(note -> lines.append(note).append('\n'));
        element("end", "", text(lines));
        out.buffer().append("</body></html>\n");
        out.written();
    }

    private void element(String name, String attributes, String content) {
        out.buffer()
                .append("<script type=\"application/octet-stream\" class=\"")
                .append(name)
                .append('"')
                .append(attributes)
                .append('>')
                .append(content)
                .append("</script>\n");
        out.written();
    }

    private static String text(CharSequence text) {
        return Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String policy(String style, String script) {
        return "default-src 'none'; script-src 'sha256-" + hash(script) + "'; style-src 'sha256-" + hash(style)
                + "'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    }

    private static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** ASCII, as the stream wants it. */
    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
