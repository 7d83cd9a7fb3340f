// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConnectionCalls;
import dev.renacer.tracer.syscall.Digits;
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

    /** What a page of mmap2(2) has, whatever the machine's page is. */
    private static final long PAGE = 4096;

    private ArgumentFormatter() {}

    /** Up to which argument a call's are shown: those it takes, without those that have no meaning in it. */
    public static int count(SyscallCall call) {
        List<Parameter> parameters = call.syscall().parameters();
        int count = Math.min(parameters.size(), call.args().length);
        for (int index = 1; index < count; index++) {
            if (isMeaningless(parameters, call.args(), index)) {
                return index;
            }
        }
        return count;
    }

    private static boolean isMeaningless(List<Parameter> parameters, long[] args, int index) {
        Parameter parameter = parameters.get(index);
        return switch (parameter.kind()) {
            case OPEN_MODE -> (args[index - 1] & CREATES) == 0;
            case DEVICE ->
                parameters.get(index - 1).kind() == ParameterKind.FILE_MODE && !FileModes.isDevice(args[index - 1]);
            default -> parameter.in(args).isMeaningless();
        };
    }

    /** Whether a register is written as an argument of its own: not if it is half of another. */
    public static boolean isArgument(SyscallCall call, int index) {
        return switch (call.syscall().parameters().get(index).kind()) {
            case UPPER, UPPER_FIRST -> false;
            default -> true;
        };
    }

    /** Writes all arguments, separated by a comma and a blank. */
    public static void arguments(StringBuilder out, SyscallCall call) {
        arguments(out, call, NameWriter.NONE);
    }

    /** Likewise, each descriptor with what it is. */
    public static void arguments(StringBuilder out, SyscallCall call, NameWriter names) {
        int count = count(call);
        boolean first = true;
        for (int index = 0; index < count; index++) {
            if (isArgument(call, index)) {
                if (!first) {
                    out.append(", ");
                }
                argument(out, call, index);
                names.argument(out, call, index);
                first = false;
            }
        }
    }

    /** Writes one argument, that {@link #isArgument is one}. */
    public static void argument(StringBuilder out, SyscallCall call, int index) {
        boolean narrow = call.syscall().isNarrow();
        Parameter parameter = call.syscall().parameters().get(index).in(call.args());
        ParameterKind kind = parameter.kind();
        if (narrow && isHalved(call.syscall().parameters(), index)) {
            whole(out, call, index, parameter);
            return;
        }
        long bits = kind.bits(call.args()[index], narrow);
        if (kind != ParameterKind.QUOTA && parameter.names().write(out, bits, kind.bits(-1, narrow))) {
            return;
        }
        long number = kind.number(bits, narrow);
        switch (kind) {
            case PATH, STRING -> string(out, call, index, bits);
            case DIRFD -> {
                if (number == AT_FDCWD) {
                    out.append("AT_FDCWD");
                } else {
                    out.append(number);
                }
            }
            case FD, INT, PID, UINT, LONG -> out.append(number);
            case SIZE -> Digits.unsigned(out, bits);
            case ID, ID16 -> id(out, bits, kind.bits(-1, narrow));
            case MODE, OPEN_MODE -> Digits.mode(out, bits);
            case FILE_MODE -> FileModes.write(out, bits);
            case DEVICE -> Notations.device(out, bits);
            case PAGES -> Digits.hex(out, bits * PAGE);
            case IOCTL -> Notations.ioctl(out, bits);
            case QUOTA -> Notations.quota(out, bits, parameter.names());
            case IOPRIO -> Notations.ioprio(out, bits);
            case SIGNAL -> out.append(SignalNames.of((int) number));
            case HEX, FLAGS, UPPER, UPPER_FIRST, NOTHING -> Digits.hex(out, bits);
            case POINTER -> {
                if (call.data().isEmpty() || !socketError(out, call, index)) {
                    pointer(out, bits);
                }
            }
        }
    }

    /** Whether a number of 64 bits is in two registers, of which this is the lower half. */
    private static boolean isHalved(List<Parameter> parameters, int index) {
        boolean before = index > 0 && parameters.get(index - 1).kind() == ParameterKind.UPPER_FIRST;
        boolean behind =
                index + 1 < parameters.size() && parameters.get(index + 1).kind() == ParameterKind.UPPER;
        return before || behind;
    }

    /** Writes a number of 64 bits that is in two registers of 32. */
    private static void whole(StringBuilder out, SyscallCall call, int index, Parameter parameter) {
        boolean first = index > 0 && call.syscall().parameters().get(index - 1).kind() == ParameterKind.UPPER_FIRST;
        long upper = call.args()[first ? index - 1 : index + 1];
        long value = (upper << Integer.SIZE) | (call.args()[index] & 0xffff_ffffL);
        if (parameter.names().write(out, value, -1)) {
            return;
        }
        switch (parameter.kind()) {
            case LONG -> out.append(value);
            case SIZE -> Digits.unsigned(out, value);
            default -> Digits.hex(out, value);
        }
    }

    private static void id(StringBuilder out, long value, long all) {
        if (value == all) {
            out.append("-1");
        } else {
            out.append(value);
        }
    }

    /** Writes what getsockopt returned for SO_ERROR, if that was read: the error and its length. */
    private static boolean socketError(StringBuilder out, SyscallCall call, int index) {
        boolean asksForIt = call.syscall().name().equals("getsockopt")
                && (int) call.args()[1] == ConnectionCalls.SOL_SOCKET
                && (int) call.args()[2] == ConnectionCalls.SO_ERROR;
        if (!asksForIt || (index != ConnectionCalls.OPTION_VALUE && index != ConnectionCalls.OPTION_LENGTH)) {
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
            case POINTER, HEX -> Digits.hex(out, word);
            case MODE -> Digits.mode(out, word);
            default -> out.append(narrow ? (int) call.result() : call.result());
        }
    }

    private static void string(StringBuilder out, SyscallCall call, int index, long address) {
        Optional<CapturedData> string = call.data(index);
        if (string.isEmpty() || !string.get().readable()) {
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
            Digits.hex(out, value);
        }
    }
}
