// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Polling;
import dev.renacer.tracer.syscall.ErrnoNames;
import dev.renacer.tracer.syscall.Pointee;
import dev.renacer.tracer.syscall.Pointee.Direction;
import java.util.Map;
import java.util.Optional;

/** What strace writes behind a result: what became ready, how much time was left, that it was too late. */
public final class ResultDetails {
    private static final String[] SETS = {"", "in ", "out ", "except "};
    private static final String[] CLOCK = {"TIME_OK", "TIME_INS", "TIME_DEL", "TIME_OOP", "TIME_WAIT", "TIME_ERROR"};

    private static final long FIRST_SHORT_ERROR = 0xffff_f001L;
    private static final long LAST_SHORT_ERROR = 0xffff_ffffL;

    private ResultDetails() {}

    /** Writes a result that has a notation of its own, {@code 0x1 (flags FD_CLOEXEC)}; false if it has none. */
    public static boolean named(StringBuilder out, SyscallCall call) {
        return NamedResult.of(call).filter(result -> result.write(out, call)).isPresent();
    }

    /** Writes {@code  (Timeout)} or {@code  ([{fd=3, revents=POLLIN}])} behind the result of a call that returned. */
    public static void write(StringBuilder out, SyscallCall call, TextDetail detail) {
        Map<Integer, Pointee> pointees = call.syscall().pointees();
        if (pointees.isEmpty()) {
            return;
        }
        Pointee first = pointees.get(0);
        Optional<NamedResult> named = NamedResult.of(call);
        if (named.isPresent()) {
            switch (named.get().notation()) {
                case SHORT_ERROR -> shortError(out, call.result());
                case ENTRY_NUMBER -> entryNumber(out, call, detail);
                case HEX, HEX_UNLESS_0, DECIMAL -> {
                    // These are all of the result.
                }
            }
            return;
        }
        if (first != null && first.type().equals("pollfd")) {
            poll(out, call, detail);
            return;
        }
        if (first != null && first.type().startsWith("timex")) {
            clock(out, call.result());
            return;
        }
        Pointee second = pointees.get(1);
        if (second == null) {
            return;
        }
        if (second.type().startsWith("timex")) {
            clock(out, call.result());
        } else if (second.type().equals(Pointee.FD_SET)) {
            select(out, call, detail);
        } else if (second.type().equals("mmsghdr") && second.direction() == Direction.OUT) {
            int begin = out.length();
            if (timeLeft(out.append(" ("), call, detail)) {
                out.append(')');
            } else {
                out.setLength(begin);
            }
        }
    }

    private static void entryNumber(StringBuilder out, SyscallCall call, TextDetail detail) {
        CapturedData segment = CapturedPieces.find(call, 0, Part.DATA, 0, true);
        if (segment != null) {
            out.append(" (entry_number=")
                    .append(CapturedPieces.memory(call, detail, segment).i32(0))
                    .append(')');
        }
    }

    /** An error of 32 bits, which a call of 64 returns as a number. */
    private static void shortError(StringBuilder out, long result) {
        if (result >= FIRST_SHORT_ERROR && result <= LAST_SHORT_ERROR) {
            ErrnoNames.Errno errno = ErrnoNames.of((int) (LAST_SHORT_ERROR + 1 - result));
            out.append(' ')
                    .append(errno.name())
                    .append(" (")
                    .append(errno.text())
                    .append(')');
        }
    }

    private static void clock(StringBuilder out, long state) {
        if (state >= 0 && state < CLOCK.length) {
            out.append(" (").append(CLOCK[(int) state]).append(')');
        }
    }

    private static void poll(StringBuilder out, SyscallCall call, TextDetail detail) {
        if (call.result() == 0) {
            out.append(" (Timeout)");
            return;
        }
        CapturedData ready = CapturedPieces.find(call, 0, Part.DATA, 0, true);
        if (ready != null) {
            Polling.ready(out.append(" ("), CapturedPieces.memory(call, detail, ready), ready.cut());
            out.append(')');
        }
    }

    private static void select(StringBuilder out, SyscallCall call, TextDetail detail) {
        if (call.result() == 0) {
            out.append(" (Timeout)");
            return;
        }
        int begin = out.length();
        out.append(" (");
        boolean any = false;
        for (int index = 1; index < SETS.length; index++) {
            CapturedData set = CapturedPieces.find(call, index, Part.DATA, 0, true);
            if (set != null && !Polling.isEmpty(CapturedPieces.memory(call, detail, set))) {
                Polling.ready(
                        out.append(any ? ", " : "").append(SETS[index]), CapturedPieces.memory(call, detail, set));
                any = true;
            }
        }
        int behindSets = out.length();
        if (timeLeft(out.append(any ? ", " : ""), call, detail)) {
            any = true;
        } else {
            out.setLength(behindSets);
        }
        if (any) {
            out.append(')');
        } else {
            out.setLength(begin);
        }
    }

    /** Writes the time that a call left of its last argument. */
    private static boolean timeLeft(StringBuilder out, SyscallCall call, TextDetail detail) {
        Pointee time = call.syscall().pointees().get(4);
        if (time == null || time.direction() != Direction.IN_OUT) {
            return false;
        }
        CapturedData left = CapturedPieces.find(call, 4, Part.DATA, 0, true);
        if (left == null) {
            return false;
        }
        PointedStructs.struct(out.append("left "), call, detail, time.type(), left);
        return true;
    }
}
