// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import java.util.Map;

/** What is waited for: pollfd, epoll_event, fd_set, and the events of asynchronous I/O. */
public final class Polling {
    /** The bytes of a struct pollfd, the same in every ABI. */
    static final int POLLFD = 8;

    private static final Names POLL = Names.of("field_poll");
    private static final Names EPOLL = Names.of("field_epoll");

    private Polling() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("pollfd", Polling::pollfd);
        writers.put("epoll_event", Polling::epollEvent);
        writers.put("io_event", Polling::ioEvent);
        writers.put("fd_set", (out, memory) -> bits(out, memory, true));
        writers.put("cpu_set", (out, memory) -> bits(out, memory, false));
    }

    private static void pollfd(StringBuilder out, Memory memory) {
        memory.descriptor(out.append("{fd="), 0);
        if (memory.i32(0) >= 0) {
            POLL.write(out.append(", events="), memory, memory.u16(4));
        }
        out.append('}');
    }

    /**
     * Writes those of an array of struct pollfd that became ready: {@code [{fd=3, revents=POLLIN}]}. What they are stands in the
     * arguments.
     */
    public static void ready(StringBuilder out, Memory memory, boolean cut) {
        out.append('[');
        String separator = "";
        int written = 0;
        for (int offset = 0; offset + POLLFD <= memory.length(); offset += POLLFD) {
            int events = memory.u16(offset + 6);
            if (events == 0 || memory.i32(offset) < 0) {
                continue;
            }
            out.append(separator);
            separator = ", ";
            if (written++ == memory.most()) {
                out.append("...]");
                return;
            }
            out.append("{fd=").append(memory.i32(offset));
            POLL.write(out.append(", revents="), memory, events);
            out.append('}');
        }
        out.append(cut ? separator + "...]" : "]");
    }

    private static void epollEvent(StringBuilder out, Memory memory) {
        // Packed on x86 alone, where the structs have 12 bytes.
        int data = memory.length() == 12 ? 4 : 8;
        EPOLL.write(out.append("{events="), memory, memory.u32(0));
        out.append(", data={u32=").append(memory.u32(data)).append(", u64=");
        Digits.unsigned(out, memory.i64(data));
        out.append("}}");
    }

    private static void ioEvent(StringBuilder out, Memory memory) {
        Digits.hex(out.append("{data="), memory.i64(0));
        Digits.hex(out.append(", obj="), memory.i64(8));
        out.append(", res=")
                .append(memory.i64(16))
                .append(", res2=")
                .append(memory.i64(24))
                .append('}');
    }

    /** Writes the descriptors of a set that became ready: {@code [3 5]}. What they are stands in the arguments. */
    public static void ready(StringBuilder out, Memory memory) {
        bits(out, memory, false);
    }

    private static void bits(StringBuilder out, Memory memory, boolean named) {
        out.append('[');
        String separator = "";
        for (int index = 0; index < memory.length(); index++) {
            for (int left = memory.u8(index); left != 0; left &= left - 1) {
                out.append(separator);
                separator = " ";
                int number = index * Byte.SIZE + Integer.numberOfTrailingZeros(left);
                if (named) {
                    memory.detail().descriptor(out, number);
                } else {
                    out.append(number);
                }
            }
        }
        out.append(']');
    }

    /** Whether any descriptor is in a set. */
    public static boolean isEmpty(Memory memory) {
        for (int index = 0; index < memory.length(); index++) {
            if (memory.u8(index) != 0) {
                return false;
            }
        }
        return true;
    }
}
