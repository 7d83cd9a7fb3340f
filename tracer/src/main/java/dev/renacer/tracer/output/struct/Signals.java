// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.struct;

import dev.renacer.tracer.SignalInfo;
import dev.renacer.tracer.output.notation.SignalFormatter;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.Map;

/** Signals: sets of them, their handlers, and what is said about one. */
final class Signals {
    private static final int SIGINFO_FIELDS = 16;
    private static final int SIGINFO_FIELDS_NARROW = 12;
    private static final int PREFIX = 3;
    private static final long RESTORER = 0x400_0000;
    private static final Names FLAGS = Names.of("field_sigaction");
    private static final Names STACK = Names.of("field_sigstack");
    private static final Names HANDLERS = Names.of("sighandler");
    private static final Names NOTIFY = Names.of("field_notify");

    private Signals() {}

    static void register(Map<String, StructWriter> writers) {
        writers.put("sigset", (out, memory) -> set(out, memory.i64(0), Long.SIZE));
        writers.put("old_sigset", (out, memory) -> set(out, memory.u32(0), Integer.SIZE));
        writers.put("sigaction", Signals::action);
        writers.put("old_sigaction", Signals::oldAction);
        writers.put("siginfo", Signals::info);
        writers.put("stack_t", Signals::stack);
        writers.put("sigevent", Signals::event);
    }

    /** Writes a set: {@code [INT TERM]}, or what is missing in it if that is the lesser part: {@code ~[KILL STOP]}. */
    static void set(StringBuilder out, long set, int signals) {
        boolean inverted = Long.bitCount(set) >= signals * 2 / 3;
        long rest = inverted ? ~set & (-1L >>> (Long.SIZE - signals)) : set;
        out.append(inverted ? "~[" : "[");
        boolean first = true;
        for (; rest != 0; rest &= rest - 1) {
            String name = SignalNames.of(Long.numberOfTrailingZeros(rest) + 1);
            out.append(first ? "" : " ").append(name, name.startsWith("SIG") ? PREFIX : 0, name.length());
            first = false;
        }
        out.append(']');
    }

    private static void action(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        handler(out, memory);
        set(out.append(", sa_mask="), memory.i64(3 * word), Long.SIZE);
        flags(out, memory, memory.word(word), memory.word(2 * word));
    }

    private static void oldAction(StringBuilder out, Memory memory) {
        handler(out, memory);
        set(out.append(", sa_mask="), memory.u32(4), Integer.SIZE);
        flags(out, memory, memory.word(8), memory.word(12));
    }

    private static void handler(StringBuilder out, Memory memory) {
        long handler = memory.word(0);
        // SIG_ERR is -1 in each width.
        HANDLERS.write(out.append("{sa_handler="), memory, memory.narrow() ? (int) handler : handler);
    }

    private static void flags(StringBuilder out, Memory memory, long flags, long restorer) {
        FLAGS.write(out.append(", sa_flags="), memory, flags);
        if ((flags & RESTORER) != 0) {
            Structs.pointer(out.append(", sa_restorer="), restorer);
        }
        out.append('}');
    }

    /** Writes what the kernel says of a signal; in the layout of i386 only what all signals have. */
    private static void info(StringBuilder out, Memory memory) {
        if (memory.i32(0) == 0 && memory.i32(4) == 0 && memory.i32(8) == 0) {
            out.append("{}"); // waitid(2) found no child
            return;
        }
        if (memory.narrow()) {
            int fields = SIGINFO_FIELDS_NARROW;
            long first = memory.i64(fields);
            SignalFormatter.append(
                    out,
                    SignalInfo.of(memory.i32(0), memory.i32(8), memory.i32(4), narrowWords(memory, first, fields)));
            return;
        }
        int fields = SIGINFO_FIELDS;
        SignalFormatter.append(
                out,
                SignalInfo.of(
                        memory.i32(0),
                        memory.i32(8),
                        memory.i32(4),
                        memory.i64(fields),
                        memory.i64(fields + 8),
                        memory.i64(fields + 16),
                        memory.i64(fields + 24)));
    }

    private static long[] narrowWords(Memory memory, long first, int fields) {
        // A SIGCHLD has its times as words; all others differ by the width of one address or value.
        return new long[] {first, memory.u32(fields + 8), memory.u32(fields + 12), memory.u32(fields + 16)};
    }

    private static void stack(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        Structs.pointer(out.append("{ss_sp="), memory.word(0));
        STACK.write(out.append(", ss_flags="), memory, memory.u32(word));
        Digits.unsigned(out.append(", ss_size="), memory.word(2 * word));
        out.append('}');
    }

    private static void event(StringBuilder out, Memory memory) {
        int word = memory.wordSize();
        int notify = memory.i32(word + 4);
        out.append('{');
        if (memory.word(0) != 0) {
            out.append("sigev_value={sival_int=").append(memory.i32(0));
            Structs.pointer(out.append(", sival_ptr="), memory.word(0));
            out.append("}, ");
        }
        boolean named = notify == 0 || notify == 2 || notify == 4;
        out.append("sigev_signo=");
        out.append(named ? SignalNames.of(memory.i32(word)) : Long.toString(memory.u32(word)));
        NOTIFY.write(out.append(", sigev_notify="), memory, memory.u32(word + 4));
        if (notify == 4) {
            out.append(", sigev_notify_thread_id=").append(memory.i32(word + 8));
        } else if (notify == 2) {
            Structs.pointer(out.append(", sigev_notify_function="), memory.word(word + 8));
            Structs.pointer(out.append(", sigev_notify_attributes="), memory.word(2 * word + 8));
        }
        out.append('}');
    }
}
