// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.Map;

/** What calls about memory and asynchronous I/O take: sets of nodes, states of pages, requests. */
public final class Kernel {
    private static final Names POLICIES = Names.of("mempolicy");
    private static final Names COMMANDS = Names.of("field_iocb");
    private static final Names FLAGS = Names.of("field_iocb_flag");
    private static final Names WRITES = Names.of("rwf");
    private static final Names EVENTS = Names.of("field_poll");
    private static final int RESULT_FD = 1;
    private static final int LAST_COMMAND = 8;
    private static final int NO_COMMAND = 4;

    private Kernel() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("mempolicy", (out, memory) -> {
            POLICIES.write(out.append('['), memory, memory.u32(0));
            out.append(']');
        });
        writers.put("page_status", Kernel::status);
        writers.put("size", (out, memory) -> {
            Digits.unsigned(out.append('['), memory.word(0));
            out.append(']');
        });
        writers.put("iocb", Kernel::request);
        writers.put("iocb_head", (out, memory) -> {
            head(out, memory, memory.u16(16));
            out.append('}');
        });
    }

    private static void status(StringBuilder out, Memory memory) {
        int status = memory.i32(0);
        if (status < 0) {
            out.append('-').append(ErrnoNames.of(-status).name());
        } else {
            out.append(status);
        }
    }

    /** Writes words of bits in hexadecimal, each as wide as a word is with its 0x: {@code [0x00000000000001]}. */
    public static void nodes(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        out.append('[');
        for (int at = 0; at + word <= memory.length(); at += word) {
            out.append(at == 0 ? "" : ", ");
            if (at / word == memory.most()) {
                out.append("...");
                break;
            }
            long bits = memory.word(at);
            out.append(bits == 0 ? "" : "0x");
            for (int digit = 2 * word - (bits == 0 ? 1 : 3); digit >= 0; digit--) {
                out.append(Character.forDigit((int) (bits >>> (4 * digit)) & 0xf, 16));
            }
        }
        out.append(']');
    }

    /** Writes a request, its buffer by the address. */
    private static void request(StringBuilder out, Memory memory) {
        int command = memory.u16(16);
        head(out, memory, command);
        switch (command) {
            case 0, 1 -> {
                Structs.pointer(out.append(", aio_buf="), memory.i64(24));
                Digits.unsigned(out.append(", aio_nbytes="), memory.i64(32));
                out.append(", aio_offset=").append(memory.i64(40));
            }
            case 5 -> EVENTS.write(out.append(", aio_buf="), memory, memory.u32(24));
            case 7, 8 -> {
                Structs.pointer(out.append(", aio_buf="), memory.i64(24));
                Digits.unsigned(out.append(", aio_nbytes="), memory.i64(32));
                out.append(", aio_offset=").append(memory.i64(40));
            }
            default -> {
                // Its other fields have no meaning.
            }
        }
        long flags = memory.u32(56);
        if (flags != 0 && (command == 0 || command == 1 || command == 7 || command == 8)) {
            FLAGS.write(out.append(", aio_flags="), memory, flags);
            if ((flags & RESULT_FD) != 0) {
                out.append(", aio_resfd=").append(memory.i32(60));
            }
        }
        out.append('}');
    }

    private static void head(StringBuilder out, Memory memory, int command) {
        Digits.hex(out.append("{aio_data="), memory.i64(0));
        if (memory.u32(8) != 0) {
            out.append(", aio_key=").append(memory.u32(8));
        }
        if (memory.u32(12) != 0) {
            WRITES.write(out.append(", aio_rw_flags="), memory, memory.u32(12));
        }
        out.append(", aio_lio_opcode=");
        if (command > LAST_COMMAND || command == NO_COMMAND) {
            out.append(command).append(" /* IOCB_CMD_??? */");
        } else {
            COMMANDS.write(out, memory, command);
        }
        if (memory.u16(18) != 0) {
            out.append(", aio_reqprio=").append((short) memory.u16(18));
        }
        memory.descriptor(out.append(", aio_fildes="), 20);
    }
}
