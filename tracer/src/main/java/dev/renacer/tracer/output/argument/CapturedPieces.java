// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.argument;

import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.output.notation.TextDetail;
import dev.renacer.tracer.output.struct.Memory;
import dev.renacer.tracer.syscall.Pointee;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what was captured of a call's arguments. */
final class CapturedPieces {
    private CapturedPieces() {}

    /** What is to be shown of an argument's own data; null if there is nothing. */
    static @Nullable CapturedData find(SyscallCall call, int index, Pointee pointee) {
        return switch (pointee.direction()) {
            case IN -> find(call, index, Part.DATA, 0, false);
            case OUT, INTERRUPTED, OUT_ALWAYS -> find(call, index, Part.DATA, 0, true);
            case OUT_IF_POSITIVE -> call.result() > 0 ? find(call, index, Part.DATA, 0, true) : null;
            case IN_OUT, IN_OUT_ALWAYS -> {
                CapturedData after = showsResult(pointee.type()) ? find(call, index, Part.DATA, 0, true) : null;
                yield after != null ? after : find(call, index, Part.DATA, 0, false);
            }
        };
    }

    /** Whether a struct that a call reads and writes is shown as the call has written it. */
    private static boolean showsResult(String type) {
        return switch (type) {
            case "timex", "timex64", "io_uring_params" -> true;
            default -> false;
        };
    }

    /** The piece of an argument that is this, if it could be read; null otherwise. */
    static @Nullable CapturedData find(SyscallCall call, int index, Part part, int number, boolean atExit) {
        List<CapturedData> pieces = call.data();
        for (int at = 0; at < pieces.size(); at++) {
            CapturedData piece = pieces.get(at);
            if (piece.argument() == index
                    && piece.part() == part
                    && piece.index() == number
                    && piece.atExit() == atExit) {
                return piece.readable() ? piece : null;
            }
        }
        return null;
    }

    /** Where an argument points. */
    static long address(SyscallCall call, int index) {
        return call.syscall()
                .parameters()
                .get(index)
                .kind()
                .bits(call.args()[index], call.syscall().isNarrow());
    }

    /** The bytes of a piece. */
    static Memory memory(SyscallCall call, TextDetail detail, CapturedData data) {
        return new Memory(
                data.bytes(),
                0,
                data.bytes().length,
                call.syscall().abi(),
                call.syscall().isNarrow(),
                detail);
    }
}
