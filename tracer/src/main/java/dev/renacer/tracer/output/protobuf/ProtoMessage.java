// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.protobuf;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A message that is being written, to be used again and again: its fields in the order in which they are given, by the
 * numbers that its .proto file gives them. Not thread-safe.
 */
public final class ProtoMessage {
    private static final int BUFFER = 512;

    /** Gives away its array instead of a copy. */
    private static final class Bytes extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }

    private final Bytes bytes = new Bytes();
    private final CodedOutputStream coded = CodedOutputStream.newInstance(bytes, BUFFER);

    /** A step of writing that may fail. */
    @FunctionalInterface
    private interface Step {
        void run(CodedOutputStream coded) throws IOException;
    }

    /** Begins anew. */
    public ProtoMessage clear() {
        write(CodedOutputStream::flush);
        bytes.reset();
        return this;
    }

    /** A field of type uint64, uint32, bool or an enum, or of type int64 or int32. */
    public ProtoMessage number(int field, long value) {
        return write(out -> out.writeUInt64(field, value));
    }

    /** A field of type fixed64. */
    public ProtoMessage fixed(int field, long value) {
        return write(out -> out.writeFixed64(field, value));
    }

    /** A field of type string. */
    public ProtoMessage text(int field, String value) {
        return write(out -> out.writeString(field, value));
    }

    /** A message in this one; it may be used for another one afterwards. */
    public ProtoMessage message(int field, ProtoMessage message) {
        message.write(CodedOutputStream::flush);
        return write(out -> out.writeByteArray(field, message.bytes.array(), 0, message.bytes.size()));
    }

    /** How many bytes it has. */
    public int size() {
        write(CodedOutputStream::flush);
        return bytes.size();
    }

    /**
     * Writes it as a message of its own, without its length.
     *
     * @throws IOException if the stream does not take it
     */
    public void writeTo(OutputStream out) throws IOException {
        write(CodedOutputStream::flush);
        bytes.writeTo(out);
    }

    private ProtoMessage write(Step step) {
        try {
            step.run(coded);
            return this;
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
    }
}
