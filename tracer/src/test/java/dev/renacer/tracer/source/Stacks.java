// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventKind;
import dev.renacer.capture.ring.SyntheticRing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** Events with stacks, as a ring passes them. */
final class Stacks {
    static final int PID = (int) ProcessHandle.current().pid();

    private static final int REGISTERS = 17;
    private static final int STACK_POINTER = 7;

    private final SyntheticRing ring = new SyntheticRing(1024, 1 << 20);

    /** What a function says of a call with this instruction pointer and stack. */
    <T> T call(long instructionPointer, long[] stack, Function<CapturedEvent, T> asked) {
        ByteBuffer piece =
                ByteBuffer.allocate(8 + (REGISTERS + stack.length) * Long.BYTES).order(ByteOrder.nativeOrder());
        piece.putInt(REGISTERS).putInt(0);
        for (int register = 0; register < REGISTERS - 1; register++) {
            piece.putLong(register == STACK_POINTER ? 0x7ffc_0000_0000L : 0);
        }
        piece.putLong(instructionPointer);
        for (long word : stack) {
            piece.putLong(word);
        }
        ring.event(EventKind.CALL)
                .tgid(PID)
                .number(1)
                .piece(CapturedEvent.STACK, piece.array(), false)
                .publish();
        AtomicReference<T> answer = new AtomicReference<>();
        ring.ring().drain(event -> answer.set(asked.apply(event)), 1);
        return Objects.requireNonNull(answer.get());
    }

    /** Has a process's mappings told. */
    void mapped(String lines, Consumer<CapturedEvent> told) {
        ring.event(EventKind.MAPPINGS).tgid(PID).string(0, lines).publish();
        ring.ring().drain(told::accept, 1);
    }
}
