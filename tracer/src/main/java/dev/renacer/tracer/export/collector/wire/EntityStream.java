// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.export.collector.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import dev.renacer.tracer.output.protobuf.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * Adds to each resource of an OTLP request which entities it describes ({@link EntityRefs}), while the request is
 * written: the SDK's exporters cannot say it. Requests for traces and for metrics look alike so far: field 1 of the
 * request, repeated, is a group, and field 1 of a group, written first, is its resource. A request that does not look
 * like that passes unchanged. Only the resource is held back; everything behind it goes on as it comes. Not
 * thread-safe.
 */
final class EntityStream extends OutputStream {
    /** Field 1, length-delimited: a group, its resource, an attribute of that, the name of that. */
    private static final int FIRST = 1 << 3 | 2;

    private enum Part {
        GROUP,
        RESOURCE,
        ATTRIBUTES,
        REST,
        UNKNOWN
    }

    /** The bytes of a head or a resource that are not written yet. */
    private static final class Held extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }

        /** Whether it is a tag and a whole length: the high bit is set in all bytes of a number but the last. */
        boolean isHead() {
            return count > 1 && buf[count - 1] >= 0;
        }

        CodedInputStream read() {
            return CodedInputStream.newInstance(buf, 0, count);
        }
    }

    private final OutputStream out;
    private final Held held = new Held();
    private Part part = Part.GROUP;
    private int group;
    /** Bytes still to come of the resource or of the rest of its group. */
    private int rest;

    private long written;

    /**
     * @param out  gets the request; not closed
     */
    EntityStream(OutputStream out) {
        this.out = out;
    }

    /** How many bytes were passed on. */
    long written() {
        return written;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            at += switch (part) {
                case GROUP, RESOURCE -> head(bytes[at]);
                case ATTRIBUTES -> attributes(bytes, at, end - at);
                case REST -> rest(bytes, at, end - at);
                case UNKNOWN -> pass(bytes, at, end - at);
            };
        }
    }

    /** Takes a byte of the head of a group or of a resource. */
    private int head(byte one) throws IOException {
        if (held.size() == 0 && one != FIRST) {
            startUnknown();
            return 0;
        }
        held.write(one);
        if (!held.isHead()) {
            return 1;
        }
        CodedInputStream head = held.read();
        head.readTag();
        int length = head.readRawVarint32();
        int size = held.size();
        held.reset();
        if (part == Part.GROUP) {
            group = length;
            part = length == 0 ? Part.GROUP : Part.RESOURCE;
            if (length == 0) {
                head(length);
            }
        } else {
            rest = length;
            group -= size + length;
            part = Part.ATTRIBUTES;
            if (length == 0) {
                endResource();
            }
        }
        return 1;
    }

    /** The group has no resource in front: from here on nothing is changed. */
    private void startUnknown() throws IOException {
        if (part == Part.RESOURCE) {
            head(group);
        }
        part = Part.UNKNOWN;
    }

    private int attributes(byte[] bytes, int offset, int length) throws IOException {
        int now = Math.min(rest, length);
        held.write(bytes, offset, now);
        rest -= now;
        if (rest == 0) {
            endResource();
        }
        return now;
    }

    private void endResource() throws IOException {
        ProtoMessage refs = EntityRefs.of(names());
        int resource = held.size() + refs.size();
        head(group + 1 + CodedOutputStream.computeUInt32SizeNoTag(resource) + resource);
        head(resource);
        pass(held.bytes(), 0, held.size());
        refs.writeTo(out);
        written += refs.size();
        held.reset();
        rest = group;
        part = rest == 0 ? Part.GROUP : Part.REST;
    }

    /** The names of the attributes of the resource that is held. */
    private Set<String> names() throws IOException {
        Set<String> names = new HashSet<>();
        CodedInputStream resource = held.read();
        for (int tag = resource.readTag(); tag != 0; tag = resource.readTag()) {
            if (tag != FIRST) {
                resource.skipField(tag);
                continue;
            }
            int attribute = resource.pushLimit(resource.readRawVarint32());
            if (resource.readTag() == FIRST) {
                names.add(resource.readStringRequireUtf8());
            }
            resource.skipRawBytes(resource.getBytesUntilLimit());
            resource.popLimit(attribute);
        }
        return names;
    }

    private int rest(byte[] bytes, int offset, int length) throws IOException {
        int now = pass(bytes, offset, Math.min(rest, length));
        rest -= now;
        if (rest == 0) {
            part = Part.GROUP;
        }
        return now;
    }

    private void head(int length) throws IOException {
        byte[] head = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(length)];
        CodedOutputStream coded = CodedOutputStream.newInstance(head);
        coded.writeUInt32NoTag(FIRST);
        coded.writeUInt32NoTag(length);
        coded.flush();
        pass(head, 0, head.length);
    }

    private int pass(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        written += length;
        return length;
    }
}
