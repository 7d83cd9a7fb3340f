// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import java.io.IOException;
import java.io.OutputStream;

/** What spans of one resource and scope have in common: a ResourceSpans of OTLP but for its spans. Equal only to itself. */
public final class SpanGroup {
    private static final int WIRE_LENGTH = 2;
    private static final int RESOURCE_SPANS = 1 << 3 | WIRE_LENGTH;
    private static final int SCOPE_SPANS = 2 << 3 | WIRE_LENGTH;
    private static final int LONGEST_HEAD = 16;

    private final byte[] resource;
    private final byte[] resourceSchema;
    private final byte[] scope;
    private final byte[] scopeSchema;

    SpanGroup(ProtoFields resourceSpans) {
        ProtoFields scopeSpans = resourceSpans.in(ProtoFields.CONTENT);
        resource = resourceSpans.field(ProtoFields.OWNER);
        resourceSchema = resourceSpans.field(ProtoFields.SCHEMA_URL);
        scope = scopeSpans.field(ProtoFields.OWNER);
        scopeSchema = scopeSpans.field(ProtoFields.SCHEMA_URL);
    }

    private int scopeSize(int spanBytes) {
        return scope.length + spanBytes + scopeSchema.length;
    }

    private int resourceSize(int spanBytes) {
        int inner = scopeSize(spanBytes);
        return resource.length + 1 + SpanWriter.sizeOf(inner) + inner + resourceSchema.length;
    }

    /** How long it is in a request with so many bytes of spans. */
    int size(int spanBytes) {
        int inner = resourceSize(spanBytes);
        return 1 + SpanWriter.sizeOf(inner) + inner;
    }

    /** Writes what comes before the spans. */
    void begin(OutputStream out, int spanBytes) throws IOException {
        head(out, RESOURCE_SPANS, resourceSize(spanBytes));
        out.write(resource);
        head(out, SCOPE_SPANS, scopeSize(spanBytes));
        out.write(scope);
    }

    /** Writes what comes behind them. */
    void end(OutputStream out) throws IOException {
        out.write(scopeSchema);
        out.write(resourceSchema);
    }

    private static void head(OutputStream out, int tag, int length) throws IOException {
        byte[] head = new byte[LONGEST_HEAD];
        head[0] = (byte) tag;
        out.write(head, 0, SpanWriter.varint(head, 1, length));
    }
}
