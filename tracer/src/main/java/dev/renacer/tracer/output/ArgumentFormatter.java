// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConnectionCalls;
import dev.renacer.tracer.syscall.ConstantNames;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes arguments and results as strace does. The output is printable ASCII: a target's bytes cannot reach a terminal
 * unescaped. Stateless; it is on the hot path of the outputs, so numbers are written without creating garbage.
 */
public final class ArgumentFormatter {
    private static final int AT_FDCWD = -100;
    /** O_CREAT and __O_TMPFILE of asm-generic/fcntl.h; the same on x86 and arm64. */
    private static final long CREATES = 0_100 | 0_20_000_000;

    private static final long UMODE_MASK = 0xffff;

    private ArgumentFormatter() {}

    /** How many arguments are shown: those the call takes, except those that have no meaning in it. */
    public static int count(SyscallCall call) {
        List<Parameter> parameters = call.syscall().parameters();
        int count = Math.min(parameters.size(), call.args().length);
        for (int index = 1; index < count; index++) {
            Parameter parameter = parameters.get(index);
            boolean unused = parameter.kind() == ParameterKind.OPEN_MODE && (call.args()[index - 1] & CREATES) == 0;
            if (unused || parameter.names(call.args()) == ConstantNames.MEANINGLESS) {
                return index;
            }
        }
        return count;
    }

    /** Writes all arguments, separated by a comma and a blank. */
    public static void arguments(StringBuilder out, SyscallCall call) {
        int count = count(call);
        for (int index = 0; index < count; index++) {
            if (index > 0) {
                out.append(", ");
            }
            argument(out, call, index);
        }
    }

    /** Writes one argument. */
    public static void argument(StringBuilder out, SyscallCall call, int index) {
        long value = call.args()[index];
        boolean narrow = call.syscall().abi() == Abi.I386;
        long word = narrow ? value & 0xffff_ffffL : value;
        Parameter parameter = call.syscall().parameters().get(index);
        if (parameter.names(call.args()).write(out, bits(parameter.kind(), word))) {
            return;
        }
        switch (parameter.kind()) {
            case PATH, STRING -> string(out, call, index, word);
            case DIRFD -> {
                if ((int) value == AT_FDCWD) {
                    out.append("AT_FDCWD");
                } else {
                    out.append((int) value);
                }
            }
            case FD, INT, PID -> out.append((int) value);
            case UINT -> out.append(value & 0xffff_ffffL);
            case LONG -> out.append(narrow ? (int) value : value);
            case SIZE -> unsigned(out, word);
            case MODE, OPEN_MODE -> octal(out, word & UMODE_MASK);
            case SIGNAL -> out.append(SignalNames.of((int) value));
            case HEX -> hex(out, word);
            case FLAGS -> hex(out, word & 0xffff_ffffL);
            case POINTER -> {
                if (call.data().isEmpty() || !socketError(out, call, index)) {
                    pointer(out, word);
                }
            }
        }
    }

    /** Writes what getsockopt returned for SO_ERROR, if that was read: the error and its length. */
    private static boolean socketError(StringBuilder out, SyscallCall call, int index) {
        if (index != ConnectionCalls.OPTION_VALUE && index != ConnectionCalls.OPTION_LENGTH) {
            return false;
        }
        OptionalInt errno = ConnectionCalls.socketError(call.written(ConnectionCalls.OPTION_VALUE));
        if (errno.isEmpty()) {
            return false;
        }
        out.append('[');
        if (index == ConnectionCalls.OPTION_LENGTH) {
            out.append(Integer.BYTES);
        } else if (errno.getAsInt() == 0) {
            out.append('0');
        } else {
            out.append(ErrnoNames.of(errno.getAsInt()).name());
        }
        out.append(']');
        return true;
    }

    /** The part of a register that is the argument. */
    private static long bits(ParameterKind kind, long word) {
        return switch (kind) {
            case INT -> (int) word;
            case UINT, FLAGS -> word & 0xffff_ffffL;
            default -> word;
        };
    }

    /**
     * Writes the result: {@code 3}, {@code -1 ENOENT (No such file or directory)}, {@code ?} for a call that did not
     * return.
     */
    public static void result(StringBuilder out, SyscallCall call) {
        if (call.outcome() == Outcome.UNFINISHED) {
            out.append('?');
        } else if (call.outcome() == Outcome.FAILED) {
            ErrnoNames.Errno errno = ErrnoNames.of(call.errno());
            out.append(ErrnoNames.isRestart(errno.number()) ? "? " : "-1 ")
                    .append(errno.name())
                    .append(" (")
                    .append(errno.text())
                    .append(')');
        } else {
            returned(out, call);
        }
    }

    private static void returned(StringBuilder out, SyscallCall call) {
        boolean narrow = call.syscall().abi() == Abi.I386;
        long word = narrow ? call.result() & 0xffff_ffffL : call.result();
        switch (call.syscall().returns()) {
            case POINTER, HEX -> hex(out, word);
            case MODE -> octal(out, word);
            default -> out.append(narrow ? (int) call.result() : call.result());
        }
    }

    private static void string(StringBuilder out, SyscallCall call, int index, long address) {
        Optional<CapturedData> string = call.data(index).filter(CapturedData::readable);
        if (string.isEmpty()) {
            pointer(out, address);
            return;
        }
        quoted(out, string.get().bytes());
        if (string.get().cut()) {
            out.append("...");
        }
    }

    /**
     * Writes bytes as a C string literal; bytes that are not printable ASCII are escaped, in octal if C has no letter
     * for them.
     */
    public static void quoted(StringBuilder out, byte[] bytes) {
        out.append('"');
        for (int index = 0; index < bytes.length; index++) {
            byte value = bytes[index];
            switch (value) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                case '\f' -> out.append("\\f");
                case 0x0b -> out.append("\\v");
                default -> {
                    if (value >= ' ' && value < 0x7f) {
                        out.append((char) value);
                    } else {
                        escape(out, value & 0xff, index + 1 < bytes.length ? bytes[index + 1] : 0);
                    }
                }
            }
        }
        out.append('"');
    }

    /** As few octal digits as possible, but all three if a digit follows. */
    private static void escape(StringBuilder out, int value, byte next) {
        boolean digitFollows = next >= '0' && next <= '9';
        out.append('\\');
        if (digitFollows || value > 077) {
            out.append((char) ('0' + (value >> 6)));
        }
        if (digitFollows || value > 07) {
            out.append((char) ('0' + (value >> 3 & 07)));
        }
        out.append((char) ('0' + (value & 07)));
    }

    private static void pointer(StringBuilder out, long value) {
        if (value == 0) {
            out.append("NULL");
        } else {
            hex(out, value);
        }
    }

    private static void hex(StringBuilder out, long value) {
        if (value == 0) {
            out.append('0');
            return;
        }
        out.append("0x");
        for (int shift = (63 - Long.numberOfLeadingZeros(value)) & ~3; shift >= 0; shift -= 4) {
            int digit = (int) (value >>> shift) & 0xf;
            out.append((char) (digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    private static void unsigned(StringBuilder out, long value) {
        if (value >= 0) {
            out.append(value);
        } else {
            out.append(Long.toUnsignedString(value));
        }
    }

    private static void octal(StringBuilder out, long value) {
        if (value == 0) {
            out.append("000");
            return;
        }
        out.append('0').append(Long.toOctalString(value));
    }
}
