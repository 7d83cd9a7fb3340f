// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import com.google.protobuf.CodedOutputStream;
import dev.renacer.tracer.output.ReportStream;
import dev.renacer.tracer.output.protobuf.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes the packets of a trace, which are one sequence: what one has introduced holds for those behind it. Not thread-safe. */
final class PacketStream {
    private static final int SEQUENCE = 1;
    private static final int BLOCK = 1 << 16;
    private static final int LENGTH_DELIMITED = 2;
    private static final int TYPE_BITS = 3;

    private final ReportStream out;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream(2 * BLOCK);
    private final ProtoMessage packet = new ProtoMessage();

    PacketStream(ReportStream out) {
        this.out = out;
    }

    /** Whether nothing that is written arrives any more. */
    boolean isBroken() {
        return out.isBroken();
    }

    /** Begins a packet; {@link #end} writes it. */
    ProtoMessage begin() {
        return packet.clear();
    }

    /**
     * Writes the packet that was begun.
     *
     * @param flags  SequenceFlags
     */
    void end(int flags) {
        packet.number(Fields.Packet.SEQUENCE_ID, SEQUENCE).number(Fields.Packet.SEQUENCE_FLAGS, flags);
        int size = packet.size();
        try {
            CodedOutputStream head =
                    CodedOutputStream.newInstance(block, CodedOutputStream.computeUInt64SizeNoTag(size) + 1);
            head.writeUInt32NoTag(Fields.PACKET << TYPE_BITS | LENGTH_DELIMITED);
            head.writeUInt32NoTag(size);
            head.flush();
            packet.writeTo(block);
        } catch (IOException e) { // there is memory below it
            throw new UncheckedIOException(e);
        }
        if (block.size() >= BLOCK) {
            flush();
        }
    }

    /** Writes whole packets, all there are. */
    void flush() {
        out.write(block.toByteArray());
        block.reset();
    }
}
