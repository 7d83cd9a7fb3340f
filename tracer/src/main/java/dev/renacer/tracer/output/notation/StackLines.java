// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.notation;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.syscall.Digits;
import java.nio.charset.StandardCharsets;

/** Writes stacks as strace -k does: {@code  > /usr/lib/libc.so.6(write+0x14) [0xf5a84]}, a line for each frame. */
public final class StackLines {
    /** What strace writes for an address that no file is mapped at. */
    private static final String NO_FILE = "unexpected_backtracing_error";

    private StackLines() {}

    /** Writes them, and why there are no more if that is not because the last one is the outermost. */
    public static void append(StringBuilder out, CallStack stack) {
        stack.frames().forEach(frame -> frame(out, frame));
        boolean told = stack.end() == CallStack.End.LOST
                && !stack.frames().isEmpty()
                && stack.frames().getLast().file().isEmpty();
        if (!told && !stack.end().text().isEmpty()) {
            out.append(" > ").append(stack.end().text()).append('\n');
        }
    }

    private static void frame(StringBuilder out, CallStack.Frame frame) {
        out.append(" > ");
        if (frame.file().isPresent()) {
            printable(out, frame.file().get());
            out.append('(');
            if (frame.function().isPresent()) {
                printable(out, frame.function().get());
                out.append('+');
                hexadecimal(out, frame.functionOffset());
            }
            out.append(')');
        } else {
            out.append(NO_FILE);
        }
        out.append(" [");
        hexadecimal(out, frame.address());
        out.append("]\n");
    }

    private static void hexadecimal(StringBuilder out, long number) {
        if (number == 0) {
            out.append("0x0");
        } else {
            Digits.hex(out, number);
        }
    }

    /** Escapes what is not printable ASCII, as strings are, but without quotation marks. */
    private static void printable(StringBuilder out, String text) {
        int start = out.length();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Quoted.write(out, bytes);
        out.deleteCharAt(out.length() - 1).deleteCharAt(start);
    }
}
