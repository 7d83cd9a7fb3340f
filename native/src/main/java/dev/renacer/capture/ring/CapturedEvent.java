// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/**
 * A view of one event in a ring. It is valid only inside the {@link EventRing.Consumer} call it was passed to: the slot is reused
 * afterwards. Not thread-safe.
 *
 * <p>Times are nanoseconds of CLOCK_MONOTONIC; {@code CaptureSession.epochOffsetNanos()} turns them into time since the epoch.
 */
public interface CapturedEvent {
    /**
     * {@link #pieceArg} of the piece that is not an argument but the data an unwinder needs: a count of registers (32
     * bits, then 32 unused ones), registers in DWARF's order with the instruction pointer last, and the stack from the
     * stack pointer on.
     */
    int STACK = RingLayout.PIECE_STACK;

    /**
     * {@link #pieceArg} of the piece that is not an argument but what the application has published about the calling
     * thread: 28 bytes, those of {@code struct rc_thread_context} in {@code event.h}.
     */
    int CONTEXT = RingLayout.PIECE_CONTEXT;

    /**
     * {@link #pieceArg} of the piece that is not an argument but the first bytes that the call has transferred, of a message
     * of HTTP. Its {@link #pieceIndex} says what the descriptor was: bits of {@code enum rc_head_descriptor} in {@code event.h}.
     */
    int HEAD = RingLayout.PIECE_HEAD;

    /** What this event reports. */
    EventKind kind();

    /** Bits of {@link EventFlags}. */
    int flags();

    /** Start of the call, or the time of any other event. */
    long startNanos();

    /** End of the call; equals {@link #startNanos()} for events that have no duration. */
    long endNanos();

    /** Argument 0 to 5 as the kernel saw it. */
    long arg(int index);

    /** The call's result: what the register held, negative errno on error. */
    long result();

    /** User-space instruction pointer at the call; 0 if unknown. */
    long instructionPointer();

    /** User-space stack pointer at the call; 0 if unknown. */
    long stackPointer();

    /** Thread id in the tracer's PID namespace. */
    int tid();

    /** Process id (thread group) in the tracer's PID namespace. */
    int tgid();

    /** System call number in the table of {@link #arch()}; -1 if the event is not a call or the number is unknown. */
    int number();

    /** AUDIT_ARCH_* of this very call (linux/audit.h): one process may mix i386 and x86-64 calls. */
    int arch();

    /** See {@link EventKind}. */
    int aux();

    /** Events this ring had to drop directly before this one (0 with {@link RingPolicy#BLOCK}). */
    int droppedBefore();

    /** Number of captured memory pieces (what arguments point to, the stack). */
    int pieceCount();

    /** Index of the argument the piece belongs to, {@link #STACK}, {@link #CONTEXT} or {@link #HEAD}. */
    int pieceArg(int piece);

    /** Whether the piece was cut at the capture limit. */
    boolean pieceTruncated(int piece);

    /** Whether the target's memory could not be read there; the piece is then empty. */
    boolean pieceUnreadable(int piece);

    /** What the piece is of its argument: a value of {@code enum rc_part} in {@code event.h}, 0 for the data itself. */
    int piecePart(int piece);

    /** Which element of an array the piece is; 0 for one that is no element. */
    int pieceIndex(int piece);

    /** Whether the piece was read when the call had returned, not when it was made. */
    boolean pieceAtExit(int piece);

    /** Errno of reading an {@link #pieceUnreadable unreadable} piece; 0 for any other. */
    int pieceError(int piece);

    /** Bytes of the piece. */
    int pieceLength(int piece);

    /**
     * The 64-bit word at this offset of the piece, in the machine's byte order: for looking at a long piece without
     * copying it.
     *
     * @throws IndexOutOfBoundsException if it does not lie inside the piece
     */
    long pieceWord(int piece, int offset);

    /**
     * All that is told of a piece but its bytes, in one word: pieces with the same word are of the same argument, of the
     * same length and in the same state.
     */
    long pieceHeader(int piece);

    /**
     * Copies the piece's bytes to the beginning of an array.
     *
     * @throws IndexOutOfBoundsException if it is shorter than the piece is
     */
    void pieceBytes(int piece, byte[] into);

    /** A copy of the piece's bytes, without a terminating NUL. The bytes are the target's own and may not be valid UTF-8. */
    byte[] pieceBytes(int piece);
}
