// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Digits;
import dev.renacer.tracer.syscall.ErrnoNames;

/** Writes calls as their registers hold them, undecoded (-e raw=). */
public final class RawCall {
    private static final long NARROW = 0xffff_ffffL;

    private RawCall() {}

    /** Writes each register that the call takes, in hexadecimal. */
    public static void arguments(StringBuilder out, SyscallCall call) {
        long mask = mask(call);
        int count = Math.min(call.syscall().parameters().size(), call.args().length);
        for (int index = 0; index < count; index++) {
            Digits.hex(index == 0 ? out : out.append(", "), call.args()[index] & mask);
        }
    }

    /** Writes the result in hexadecimal; errors as always. */
    public static void result(StringBuilder out, SyscallCall call) {
        switch (call.outcome()) {
            case UNFINISHED -> out.append('?');
            case FAILED -> {
                ErrnoNames.Errno errno = ErrnoNames.of(call.errno());
                out.append("-1 ")
                        .append(errno.name())
                        .append(" (")
                        .append(errno.text())
                        .append(')');
            }
            case RETURNED -> Digits.hex(out, call.result() & mask(call));
        }
    }

    private static long mask(SyscallCall call) {
        return call.syscall().abi() == Abi.I386 ? NARROW : -1;
    }
}
