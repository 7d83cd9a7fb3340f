// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CodeMapping;
import dev.renacer.capture.ring.CapturedEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the stacks of threads that sleep in a call and that nobody has stopped. Of their registers the kernel shows the stack
 * pointer, the instruction pointer and those of the call's arguments. What else an unwinder needs, a library saves on the stack, with one exception: the
 * frame pointer of code that keeps one. So each place on the stack that looks like a frame (the address of a frame further out,
 * and behind it one of code) is tried, and the first counts by which every frame lies further out than the one before and the
 * outermost is reached. Not thread-safe.
 */
public final class SleepingStacks implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_TRIED = 16;
    private static final int HEAD = 8;
    /** The outermost frame of those copied may lie in one that was not. */
    private static final int BEYOND_COPY = 4096;

    /** Of the frame pointer, in DWARF's numbering for the two processors. */
    private static final int FRAME_POINTER_X86_64 = 6;

    private static final int FRAME_POINTER_AARCH64 = 29;
    private static final int REGISTERS_X86_64 = 17;

    private final Unwinder unwinder;
    private final Map<Integer, ProgramCode> byPid = new HashMap<>();
    /** Threads of a pool all sleep in the same place. */
    private final Map<Integer, CallPaths<Followed>> known = new HashMap<>();

    private int images;

    /**
     * What is known of a stack.
     *
     * @param stack     its frames
     * @param location  the innermost place in the user's own code
     */
    public record Followed(CallStack stack, Optional<SourceLocation> location) {}

    /**
     * @param program  renacer-symbolize
     */
    public SleepingStacks(Path program) {
        unwinder = new Unwinder(program, PATIENCE);
    }

    /** Tells where the code of a process is: its /proc/PID/maps. To be told before its stacks. */
    public void mapped(int pid, String maps) {
        byPid.put(pid, new ProgramCode(++images, pid, false, CodeMapping.parse(maps)));
        known.put(pid, new CallPaths<>());
    }

    /**
     * Follows the stack of an event that was made without a stop.
     *
     * @return empty if the stack could not be read, or where the code is was not told
     */
    public Optional<Followed> follow(CapturedEvent event) {
        ProgramCode code = byPid.get(event.tgid());
        StackSample sample = StackSample.of(event);
        CallPaths<Followed> paths = known.get(event.tgid());
        if (code == null || paths == null || sample == null || code.isHopeless()) {
            return Optional.empty();
        }
        Followed same = paths.find(sample);
        if (same != null) {
            return Optional.of(same);
        }
        byte[] piece = sample.bytes();
        TracedStack best = null;
        byte[] bestPiece = piece;
        for (long framePointer : framePointers(piece, code)) {
            byte[] tried = with(piece, framePointer);
            Optional<TracedStack> answer = unwinder.trace(code, tried);
            if (answer.isEmpty()) {
                code.failed();
                break;
            }
            TracedStack stack = outward(answer.get());
            if (best == null || isBetter(stack, best)) {
                best = stack;
                bestPiece = tried;
            }
            if (stack.end() == CallStack.End.OUTERMOST) {
                break;
            }
        }
        if (best == null) {
            return Optional.of(new Followed(CallStack.without(CallStack.End.FAILED), Optional.empty()));
        }
        Followed followed = new Followed(code.shown(best), location(code, bestPiece, best));
        paths.add(
                sample,
                best.frames().stream()
                        .map(frame -> new UnwinderAnswer.Frame(frame.address(), frame.slot()))
                        .toList(),
                followed);
        return Optional.of(followed);
    }

    /** Only what stands on frames that are believed. */
    private Optional<SourceLocation> location(ProgramCode code, byte[] piece, TracedStack believed) {
        return unwinder.follow(code, piece)
                .filter(answer -> answer.frames().size() <= believed.frames().size())
                .flatMap(UnwinderAnswer::location);
    }

    private static boolean isBetter(TracedStack one, TracedStack other) {
        boolean whole = one.end() == CallStack.End.OUTERMOST;
        return whole != (other.end() == CallStack.End.OUTERMOST)
                ? whole
                : one.frames().size() > other.frames().size();
    }

    /** The frames up to the first that lies no further out than the one before: a wrong frame pointer leads there. */
    private static TracedStack outward(TracedStack stack) {
        int slot = -1;
        List<TracedStack.Frame> frames = stack.frames();
        for (int at = 1; at < frames.size(); at++) {
            int next = frames.get(at).slot();
            if (next >= 0 && next <= slot) {
                return new TracedStack(frames.subList(0, at), CallStack.End.LOST);
            }
            slot = Math.max(slot, next);
        }
        return stack;
    }

    /** Those to try, 0 if there is none: the registers stay unknown then. */
    private static List<Long> framePointers(byte[] piece, ProgramCode code) {
        ByteBuffer words = ByteBuffer.wrap(piece).order(ByteOrder.nativeOrder());
        int registers = words.getInt(0);
        int stackAt = HEAD + registers * Long.BYTES;
        long stackPointer = words.getLong(HEAD + stackPointerOf(registers) * Long.BYTES);
        long end = stackPointer + piece.length - stackAt;
        List<Long> found = new ArrayList<>();
        for (int at = stackAt; at + 2 * Long.BYTES <= piece.length && found.size() < MOST_TRIED; at += Long.BYTES) {
            long place = stackPointer + at - stackAt;
            long outer = words.getLong(at);
            long continued = words.getLong(at + Long.BYTES);
            boolean outward =
                    Long.compareUnsigned(outer, place) > 0 && Long.compareUnsigned(outer, end + BEYOND_COPY) < 0;
            boolean outermost = outer == 0 || outer == 1;
            if ((outward || outermost) && isCode(code, continued)) {
                found.add(place);
            }
        }
        if (found.isEmpty()) {
            found.add(0L);
        }
        return found;
    }

    private static boolean isCode(ProgramCode code, long address) {
        return code.modules().stream().anyMatch(module -> module.contains(address - 1));
    }

    private static int stackPointerOf(int registers) {
        return registers == REGISTERS_X86_64 ? FRAME_POINTER_X86_64 + 1 : registers - 2;
    }

    private static byte[] with(byte[] piece, long framePointer) {
        byte[] copy = piece.clone();
        ByteBuffer words = ByteBuffer.wrap(copy).order(ByteOrder.nativeOrder());
        int register = words.getInt(0) == REGISTERS_X86_64 ? FRAME_POINTER_X86_64 : FRAME_POINTER_AARCH64;
        words.putLong(HEAD + register * Long.BYTES, framePointer);
        return copy;
    }

    @Override
    public void close() {
        unwinder.close();
    }
}
