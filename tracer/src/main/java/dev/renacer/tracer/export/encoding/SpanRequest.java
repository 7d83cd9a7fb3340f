// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An ExportTraceServiceRequest of spans that are encoded already, which it does not copy. */
public final class SpanRequest implements MessageWriter {
    private record Piece(byte[] bytes, int from, int length) {}

    private static final class Part {
        private final List<Piece> pieces = new ArrayList<>();
        private int bytes;
    }

    private final Map<SpanGroup, Part> parts = new LinkedHashMap<>();
    private int spans;

    /**
     * Adds encoded spans, one behind the other.
     *
     * @param count  how many
     */
    public void add(SpanGroup group, byte[] bytes, int from, int to, int count) {
        Part part = parts.computeIfAbsent(group, _ -> new Part());
        part.pieces.add(new Piece(bytes, from, to - from));
        part.bytes += to - from;
        spans += count;
    }

    /** How many spans it has. */
    public int spans() {
        return spans;
    }

    @Override
    public int getContentLength() {
        int length = 0;
        for (Map.Entry<SpanGroup, Part> part : parts.entrySet()) {
            length += part.getKey().size(part.getValue().bytes);
        }
        return length;
    }

    @Override
    public void writeMessage(OutputStream out) throws IOException {
        for (Map.Entry<SpanGroup, Part> part : parts.entrySet()) {
            part.getKey().begin(out, part.getValue().bytes);
            for (Piece piece : part.getValue().pieces) {
                out.write(piece.bytes(), piece.from(), piece.length());
            }
            part.getKey().end(out);
        }
    }
}
