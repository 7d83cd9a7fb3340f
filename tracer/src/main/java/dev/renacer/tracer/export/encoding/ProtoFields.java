// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.opentelemetry.exporter.internal.otlp.traces.ResourceSpansMarshaler;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** The fields of an encoded message, with their tags. The message is not copied. */
record ProtoFields(byte[] message, int from, int to) {
    // Of ResourceSpans and ScopeSpans.
    static final int OWNER = 1;
    static final int CONTENT = 2;
    static final int SCHEMA_URL = 3;

    private static final byte[] NONE = {};

    /** A span, alone with its resource and scope, as the SDK encodes it: a ResourceSpans. */
    static ProtoFields resourceSpans(SpanData span) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ResourceSpansMarshaler.create(List.of(span))[0].writeBinaryTo(out);
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
        byte[] bytes = out.toByteArray();
        return new ProtoFields(bytes, 0, bytes.length);
    }

    /** The first field with this number, with its tag; nothing if there is none. */
    byte[] field(int number) {
        try {
            CodedInputStream in = in();
            while (!in.isAtEnd()) {
                int begin = from + in.getTotalBytesRead();
                int tag = in.readTag();
                in.skipField(tag);
                if (WireFormat.getTagFieldNumber(tag) == number) {
                    return Arrays.copyOfRange(message, begin, from + in.getTotalBytesRead());
                }
            }
            return NONE;
        } catch (IOException e) { // the SDK has written it
            throw new UncheckedIOException(e);
        }
    }

    /** The message that is in the first field with this number. */
    ProtoFields in(int number) {
        try {
            CodedInputStream in = in();
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                if (WireFormat.getTagFieldNumber(tag) == number) {
                    int length = in.readRawVarint32();
                    int begin = from + in.getTotalBytesRead();
                    return new ProtoFields(message, begin, begin + length);
                }
                in.skipField(tag);
            }
            return new ProtoFields(NONE, 0, 0);
        } catch (IOException e) { // the SDK has written it
            throw new UncheckedIOException(e);
        }
    }

    private CodedInputStream in() {
        return CodedInputStream.newInstance(message, from, to - from);
    }
}
