// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct.netlink;

import dev.renacer.tracer.output.notation.Quoted;
import dev.renacer.tracer.output.struct.Memory;

/**
 * A part of what a socket transferred. The program says how long it is; what stands at its end may not have been read.
 *
 * @param memory  what was read of it
 * @param length  how many bytes it has, never fewer than were read
 */
record Part(Memory memory, int length) {
    Part {
        length = Math.max(length, 0);
        memory = memory.part(0, length);
    }

    /** All from an offset on. */
    Part from(int offset) {
        return part(offset, length - offset);
    }

    /** A part of it, at most up to its end. */
    Part part(int offset, int size) {
        return new Part(memory.from(offset), Math.min(size, length - offset));
    }

    /** Whether its first bytes were read. */
    boolean isRead(int bytes) {
        return memory.length() >= bytes;
    }

    /** Writes its bytes in hexadecimal, as far as strings are written. */
    void hexadecimal(StringBuilder out) {
        int shown = Math.min(memory.length(), memory.detail().limit());
        Quoted.hexadecimal(out, memory.bytes(), memory.start(), shown);
        out.append(shown < length ? "..." : "");
    }
}
