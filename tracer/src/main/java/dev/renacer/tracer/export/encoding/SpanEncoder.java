// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.encoding;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes spans as the SDK does, byte by byte. A {@link DirectSpan} is put together from what only it has and from fields that the
 * SDK has written for a span before it: its name, its parent, its links and its status. All other spans are written by the SDK.
 * Not thread-safe.
 */
public final class SpanEncoder {
    /** Of resources, parents, names and statuses: beyond that all are forgotten. */
    private static final int MOST_KNOWN = 1_024;

    private static final byte[] NOTHING = {};

    // Fields of Span.
    private static final int TRACE_ID = 1;
    private static final int TRACE_STATE = 3;
    private static final int PARENT_SPAN_ID = 4;
    private static final int NAME = 5;
    private static final int KIND = 6;
    private static final int LINKS = 13;
    private static final int STATUS = 15;
    private static final int FLAGS = 16;

    private static final int TAG = ProtoFields.CONTENT << 3 | 2;
    private static final int LONGEST_HEAD = 6;

    /**
     * What children of one span have in common.
     *
     * @param state  of a child
     * @param trace  its field of the trace id
     * @param child  its fields of its state and of its parent
     * @param flags  its field of the flags
     */
    private record Family(TraceState state, byte[] trace, byte[] child, byte[] flags) {}

    private final IdentityHashMap<SpanContext, Family> families = new IdentityHashMap<>();
    private final IdentityHashMap<String, byte[]> names = new IdentityHashMap<>();
    private final IdentityHashMap<StatusData, byte[]> statuses = new IdentityHashMap<>();
    private final IdentityHashMap<Resource, SpanGroup> groups = new IdentityHashMap<>();
    private final SpanWriter body = new SpanWriter();
    private byte[] bytes = new byte[1_024];
    private int size;

    private @Nullable Resource resource;
    private @Nullable InstrumentationScopeInfo scope;
    private @Nullable SpanGroup group;
    private @Nullable SpanContext parent;
    private @Nullable Family family;
    private @Nullable List<LinkData> links;
    private byte[] linked = NOTHING;
    private @Nullable StatusData status;
    private byte[] ended = NOTHING;

    /** Encodes a span as the field of a ScopeSpans that it is; it may change once this has returned. */
    public void encode(SpanData span) {
        if (!isOfGroup(span)) {
            group = groupOf(span);
        }
        if (span instanceof DirectSpan direct) {
            encode(direct);
        } else {
            byte[] field =
                    ProtoFields.resourceSpans(span).in(ProtoFields.CONTENT).field(ProtoFields.CONTENT);
            ensure(field.length);
            System.arraycopy(field, 0, bytes, 0, field.length);
            size = field.length;
        }
    }

    /** What was encoded last; the first {@link #size} bytes of it. */
    public byte[] bytes() {
        return bytes;
    }

    /** How long that is. */
    public int size() {
        return size;
    }

    /** What it belongs to. */
    @SuppressWarnings("NullAway") // there is one once something is encoded
    public SpanGroup group() {
        return group;
    }

    @SuppressWarnings("ReferenceEquality") // equal ones are found all the same, only later
    private boolean isOfGroup(SpanData span) {
        return group != null && span.getResource() == resource && span.getInstrumentationScopeInfo() == scope;
    }

    @SuppressWarnings("ReferenceEquality") // likewise
    private SpanGroup groupOf(SpanData span) {
        if (span.getInstrumentationScopeInfo() != scope || groups.size() >= MOST_KNOWN) {
            groups.clear();
        }
        resource = span.getResource();
        scope = span.getInstrumentationScopeInfo();
        return groups.computeIfAbsent(resource, _ -> new SpanGroup(ProtoFields.resourceSpans(span)));
    }

    @SuppressWarnings("ReferenceEquality") // likewise
    private void encode(DirectSpan span) {
        Family common = family;
        if (common == null || span.getParentSpanContext() != parent || span.traceState() != common.state()) {
            common = familyOf(span);
        }
        if (span.getLinks() != links) {
            links = span.getLinks();
            linked = links.isEmpty() ? NOTHING : fields(span).field(LINKS);
        }
        body.clear();
        body.fields(common.trace());
        body.spanId(span.spanIdBits());
        body.fields(common.child());
        body.fields(name(span));
        body.times(span.getStartEpochNanos(), span.getEndEpochNanos());
        span.writeAttributes(body);
        body.fields(linked);
        body.fields(status(span));
        body.fields(common.flags());
        ensure(LONGEST_HEAD + body.size());
        bytes[0] = TAG;
        int head = SpanWriter.varint(bytes, 1, body.size());
        System.arraycopy(body.bytes(), 0, bytes, head, body.size());
        size = head + body.size();
    }

    @SuppressWarnings("ReferenceEquality") // likewise
    private Family familyOf(DirectSpan span) {
        parent = span.getParentSpanContext();
        Family known = families.get(parent);
        if (known == null || known.state() != span.traceState()) {
            ProtoFields sample = fields(span);
            known = new Family(
                    span.traceState(),
                    sample.field(TRACE_ID),
                    joined(sample.field(TRACE_STATE), sample.field(PARENT_SPAN_ID)),
                    sample.field(FLAGS));
            keep(families, parent, known);
        }
        family = known;
        return known;
    }

    private byte[] name(DirectSpan span) {
        byte[] known = names.get(span.getName());
        if (known == null) {
            ProtoFields sample = fields(span);
            known = joined(sample.field(NAME), sample.field(KIND));
            keep(names, span.getName(), known);
        }
        return known;
    }

    @SuppressWarnings("ReferenceEquality") // likewise
    private byte[] status(DirectSpan span) {
        StatusData asked = span.getStatus();
        if (asked == status) {
            return ended;
        }
        byte[] known = statuses.get(asked);
        if (known == null) {
            known = fields(span).field(STATUS);
            keep(statuses, asked, known);
        }
        status = asked;
        ended = known;
        return known;
    }

    /** The fields of the span as the SDK writes them. */
    private static ProtoFields fields(SpanData span) {
        return ProtoFields.resourceSpans(span).in(ProtoFields.CONTENT).in(ProtoFields.CONTENT);
    }

    private static <K, V> void keep(IdentityHashMap<K, V> known, K key, V fields) {
        if (known.size() >= MOST_KNOWN) {
            known.clear();
        }
        known.put(key, fields);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private void ensure(int length) {
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, 2 * bytes.length)];
        }
    }
}
