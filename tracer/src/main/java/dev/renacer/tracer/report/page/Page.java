// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report.page;

import dev.renacer.tracer.output.ReportStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A page that needs nothing else. Its style and script come first, so that a browser shows something while it reads the rest.
 * Nothing of a traced program stands in it as it is: all data is base64, in elements that a browser does not run. The page
 * forbids itself everything that it does not need (Content-Security-Policy): no network, no script but its own, no markup made
 * of text. For one thread.
 */
public final class Page {
    /** What pages share, in this order, each in terms of those before it. */
    private static final List<String> SHARED = List.of(
            "format.js", "dom.js", "sortedtable.js", "packed.js", "histogram.js", "flamecanvas.js", "controls.js");

    private static final int COMPRESSION = 6;

    private final ReportStream out;

    public Page(ReportStream out) {
        this.out = out;
    }

    /**
     * Writes everything in front of the data.
     *
     * @param home     whose resources the page's own parts are
     * @param body     the resource that is its body
     * @param style    the resource that is its style
     * @param scripts  the resources that are its script, each in terms of those before it
     */
    public void head(Class<?> home, String body, String style, List<String> scripts) {
        StringBuilder script = new StringBuilder("'use strict';\n");
        SHARED.forEach(name -> script.append(resource(Page.class, name)));
        scripts.forEach(name -> script.append(resource(home, name)));
        String styles = resource(Page.class, "style.css") + resource(home, style);
        out.buffer()
                .append(resource(Page.class, "head.html")
                        .replace("@POLICY@", policy(styles, script.toString()))
                        .replace("@STYLE@", styles)
                        .replace("@SCRIPT@", script))
                .append(resource(home, body))
                .append(resource(Page.class, "tail.html"));
        out.written();
    }

    /** Writes a short text as data of this name. */
    public void text(String name, CharSequence text) {
        element(name, "", Base64.getEncoder().encodeToString(bytes(text)));
    }

    /** Writes a long one, compressed. */
    public void packed(String name, CharSequence text) {
        try (PackedData data = new PackedData(COMPRESSION)) {
            element(name, "", data.of(ByteBuffer.wrap(bytes(text))));
        }
    }

    /**
     * Writes data that has its form already.
     *
     * @param attributes  of its element
     * @param content     base64
     */
    public void element(String name, String attributes, String content) {
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

    /**
     * Writes the end.
     *
     * @param notes  what a reader must know of what is missing, a sentence each
     */
    public void end(List<String> notes) {
        StringBuilder lines = new StringBuilder();
        notes.forEach(note -> lines.append(note).append('\n'));
        text("end", lines);
        out.buffer().append("</body></html>\n");
        out.written();
    }

    private static byte[] bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
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
    private static String resource(Class<?> home, String name) {
        try (InputStream in = home.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
