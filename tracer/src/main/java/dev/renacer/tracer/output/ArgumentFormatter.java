// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.argument.PointedData;
import dev.renacer.tracer.output.argument.ResultDetails;
import dev.renacer.tracer.output.notation.FileModes;
import dev.renacer.tracer.output.notation.Notations;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.ConnectionCalls;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.Parameter;
import dev.renacer.tracer.syscall.ParameterKind;
import dev.renacer.tracer.syscall.SignalNames;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntConsumer;

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

    /**
     * Gives the index of each argument that is written, in the order of writing: those the call takes, without those
     * that have no meaning in it, or are half of another.
     */
    public static void each(SyscallCall call, IntConsumer argument) {
        if (CloneArguments.isClone(call)) {
            CloneArguments.each(call, argument);
            return;
        }
        for (int index = next(call, 0); index >= 0; index = next(call, index + 1)) {
            argument.accept(index);
        }
    }

    /** The first of these from an index on; -1 if there is none. */
    private static int next(SyscallCall call, int from) {
        List<Parameter> parameters = call.syscall().parameters();
        int count = Math.min(parameters.size(), call.args().length);
        for (int index = from; index < count; index++) {
            Parameter parameter = parameters.get(index).in(call.args());
            switch (parameter.kind()) {
                case UPPER, UPPER_FIRST, SKIPPED -> {
                    // It is not an argument of its own.
                }
                default -> {
                    return isMeaningless(parameters, parameter, call.args(), index) ? -1 : index;
                }
            }
        }
        return -1;
    }

    private static boolean isMeaningless(List<Parameter> parameters, Parameter parameter, long[] args, int index) {
        return switch (parameter.kind()) {
            case NOTHING -> true;
            case OPEN_MODE -> (args[index - 1] & CREATES) == 0;
            case DEVICE ->
                index > 0
                        && parameters.get(index - 1).kind() == ParameterKind.FILE_MODE
                        && !FileModes.isDevice(args[index - 1]);
            default -> false;
        };
    }

    /** Writes all arguments, separated by a comma and a blank. */
    public static void arguments(StringBuilder out, SyscallCall call) {
        arguments(out, call, NameWriter.NONE);
    }

    /** Likewise, each descriptor with what it is. */
    public static void arguments(StringBuilder out, SyscallCall call, NameWriter names) {
        arguments(out, call, names, TextDetail.DEFAULT);
    }

    /** Likewise, as much of what arguments point to. */
    public static void arguments(StringBuilder out, SyscallCall call, NameWriter names, TextDetail detail) {
        int start = out.length();
        if (CloneArguments.isClone(call)) {
            CloneArguments.each(call, index -> separated(out, start, call, index, names, detail));
            return;
        }
        for (int index = next(call, 0); index >= 0; index = next(call, index + 1)) {
            separated(out, start, call, index, names, detail);
        }
    }

    private static void separated(
            StringBuilder out, int start, SyscallCall call, int index, NameWriter names, TextDetail detail) {
        if (out.length() > start) {
            out.append(", ");
        }
        argument(out, call, index, names, detail);
        names.argument(out, call, index);
    }

    /**
     * Writes the arguments of a call that has not returned, as far as they were known before: up to the first that the
     * call would have written to.
     *
     * @return whether the line is not complete: one is missing, or the call would have changed one
     */
    public static boolean entered(StringBuilder out, SyscallCall call, NameWriter names, TextDetail detail) {
        int missing = firstResult(call);
        int start = out.length();
        each(call, index -> {
            if (index >= missing) {
                return;
            }
            if (out.length() > start) {
                out.append(", ");
            }
            argument(out, call, index, names, detail);
            names.argument(out, call, index);
        });
        if (missing < call.args().length && out.length() > start) {
            out.append(", ");
        }
        return missing < Integer.MAX_VALUE;
    }

    /**
     * The first argument that is not shown before the call returns, since it is written then; their number if all are
     * shown but one changes; more if none does.
     */
    private static int firstResult(SyscallCall call) {
        int changed = Integer.MAX_VALUE;
        for (int index = 0; index < call.syscall().parameters().size(); index++) {
            if (PointedData.isResult(call, index)) {
                if (!PointedData.isShownAtEntry(call, index)) {
                    return index;
                }
                changed = index;
            }
        }
        return changed == Integer.MAX_VALUE ? changed : call.args().length;
    }

    /** Writes one argument, of those that {@link #each} gives, without what a descriptor is. */
    public static void argument(StringBuilder out, SyscallCall call, int index, NameWriter names, TextDetail detail) {
        boolean narrow = call.syscall().isNarrow();
        Parameter parameter = call.syscall().parameters().get(index).in(call.args());
        ParameterKind kind = parameter.kind();
        if (CloneArguments.isClone(call)) {
            out.append(CloneArguments.name(call, index));
        }
        if (narrow && isHalved(call.syscall().parameters(), index)) {
            whole(out, call, index, parameter);
            return;
        }
        long bits = kind.bits(call.args()[index], narrow);
        if (!hasNotation(kind) && parameter.names().write(out, bits, kind.bits(-1, narrow))) {
            return;
        }
        long number = kind.number(bits, narrow);
        switch (kind) {
            case PATH, STRING -> string(out, call, index, bits, detail);
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
            case CLONE -> CloneArguments.flags(out, bits, parameter.names());
            case IOPRIO -> Notations.ioprio(out, bits);
            case SIGNAL -> out.append(SignalNames.of((int) number));
            case HEX, FLAGS, UPPER, UPPER_FIRST, SKIPPED, NOTHING -> Digits.hex(out, bits);
            case POINTER -> {
                if (call.data().isEmpty()
                        || !(PointedData.write(out, call, detail, index, names) || socketError(out, call, index))) {
                    pointer(out, bits);
                }
            }
        }
    }

    /** Whether the names of its values are those of a part of it. */
    private static boolean hasNotation(ParameterKind kind) {
        return kind == ParameterKind.QUOTA || kind == ParameterKind.CLONE;
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
        result(out, call, TextDetail.DEFAULT);
    }

    /** Likewise, as much of what arguments point to. */
    public static void result(StringBuilder out, SyscallCall call, TextDetail detail) {
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
            returned(out, call, detail);
        }
    }

    private static void returned(StringBuilder out, SyscallCall call, TextDetail detail) {
        if (ResultDetails.named(out, call)) {
            return;
        }
        boolean narrow = call.syscall().abi() == Abi.I386;
        long word = narrow ? call.result() & 0xffff_ffffL : call.result();
        switch (call.syscall().returns()) {
            case POINTER, HEX -> Digits.hex(out, word);
            case MODE -> Digits.mode(out, word);
            default -> out.append(narrow ? (int) call.result() : call.result());
        }
        ResultDetails.write(out, call, detail);
    }

    private static void string(StringBuilder out, SyscallCall call, int index, long address, TextDetail detail) {
        CapturedData string = call.firstData(index);
        if (string == null || !string.readable() || MountFlags.ignore(call, index)) {
            pointer(out, address);
            return;
        }
        detail.whole(out, string);
        if (string.cut()) {
            out.append("...");
        }
    }

    private static void pointer(StringBuilder out, long value) {
        if (value == 0) {
            out.append("NULL");
        } else {
            Digits.hex(out, value);
        }
    }
}
