// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The writing side of a ring in plain memory, in the very format the engine writes: for tests of everything behind the ring
 * where no kernel is traced. One thread at a time may write; {@link #ring()} reads it as it reads a real one.
 *
 * <pre>{@code
 * SyntheticRing ring = new SyntheticRing();
 * ring.event(EventKind.CALL).tid(7).tgid(7).number(257).args(-100, 0x1000).string(1, "/etc/hosts").result(3).publish();
 * ring.ring().drain(event -> ..., 10);
 * }</pre>
 */
public final class SyntheticRing {
    /** AUDIT_ARCH_X86_64 of linux/audit.h. */
    public static final int AUDIT_ARCH_X86_64 = 0xc000003e;

    private static final int EFAULT = 14;

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int eventCapacity;
    private final int sideCapacity;
    private final ByteBuffer memory;
    private final NativeHandle handle = new NativeHandle("ring", () -> {});
    private final EventRing ring;
    private long head;
    private long sideHead;
    private int droppedBefore;

    /** A ring of 1,024 events and 64 KiB for strings. */
    public SyntheticRing() {
        this(1024, 1 << 16);
    }

    /**
     * @param eventCapacity slots, a power of two
     * @param sideCapacity  bytes for strings, a power of two
     */
    public SyntheticRing(int eventCapacity, int sideCapacity) {
        this.eventCapacity = eventCapacity;
        this.sideCapacity = sideCapacity;
        int eventsOffset = RingLayout.HEADER_SIZE;
        int sideOffset = eventsOffset + eventCapacity * RingLayout.EVENT_SIZE;
        // Atomic access needs a direct buffer: a heap array has no alignment of its own.
        memory = ByteBuffer.allocateDirect(sideOffset + sideCapacity + Long.BYTES)
                .alignedSlice(Long.BYTES)
                .order(ByteOrder.nativeOrder());
        memory.putLong(RingLayout.HEADER_MAGIC, RingLayout.MAGIC);
        memory.putInt(RingLayout.HEADER_VERSION, RingLayout.VERSION);
        memory.putInt(RingLayout.HEADER_EVENT_SIZE, RingLayout.EVENT_SIZE);
        memory.putLong(RingLayout.HEADER_EVENT_CAPACITY, eventCapacity);
        memory.putLong(RingLayout.HEADER_SIDE_CAPACITY, sideCapacity);
        memory.putLong(RingLayout.HEADER_EVENTS_OFFSET, eventsOffset);
        memory.putLong(RingLayout.HEADER_SIDE_OFFSET, sideOffset);
        ring = new MappedEventRing(memory, handle);
    }

    /** The reading side. */
    public EventRing ring() {
        return ring;
    }

    /** Reads from the first event on that was ever written; only if the ring has not been written around its end. */
    public EventRing again() {
        if (head > eventCapacity || sideHead > sideCapacity) {
            throw new IllegalStateException("the first events have been overwritten");
        }
        WORD.setRelease(memory, RingLayout.HEADER_TAIL, 0L);
        WORD.setRelease(memory, RingLayout.HEADER_SIDE_TAIL, 0L);
        return new MappedEventRing(memory, handle);
    }

    /** The mapping as it is, for tests that spoil it. */
    ByteBuffer memory() {
        return memory;
    }

    /** Begins an event of x86-64, number -1 and zeros; nothing is visible before {@link Event#publish()}. */
    public Event event(EventKind kind) {
        return new Event(kind);
    }

    /** Counts events as dropped because the ring was full; the next event published tells so, too. */
    public void drop(int events) {
        droppedBefore += events;
        long dropped = (long) WORD.get(memory, RingLayout.HEADER_DROPPED);
        WORD.setRelease(memory, RingLayout.HEADER_DROPPED, dropped + events);
    }

    /** Closes the reading side as a session's close does. */
    public void close() {
        handle.close();
    }

    private record Piece(int arg, int part, int index, byte[] bytes, int flags, int error) {
        int room() {
            return RingLayout.pieceRoom(bytes.length);
        }
    }

    /** One event being put together. */
    public final class Event {
        private final EventKind kind;
        private final long[] args = new long[6];
        private final List<Piece> pieces = new ArrayList<>();
        private long start;
        private long end;
        private long result;
        private long instructionPointer;
        private long stackPointer;
        private int tid;
        private int tgid;
        private int number = -1;
        private int arch = AUDIT_ARCH_X86_64;
        private int flags;
        private int aux;

        private Event(EventKind kind) {
            this.kind = kind;
        }

        /** Start and end in CLOCK_MONOTONIC nanoseconds. */
        public Event times(long startNanos, long endNanos) {
            start = startNanos;
            end = endNanos;
            return this;
        }

        /** The first arguments; the others stay 0. */
        public Event args(long... values) {
            System.arraycopy(values, 0, args, 0, values.length);
            return this;
        }

        public Event result(long value) {
            result = value;
            return this;
        }

        /** A failed call: the result is {@code -errno} and the error flag is set. */
        public Event error(int errno) {
            result = -errno;
            flags |= EventFlags.ERROR;
            return this;
        }

        public Event pointers(long instruction, long stack) {
            instructionPointer = instruction;
            stackPointer = stack;
            return this;
        }

        public Event tid(int value) {
            tid = value;
            return this;
        }

        public Event tgid(int value) {
            tgid = value;
            return this;
        }

        public Event number(int value) {
            number = value;
            return this;
        }

        public Event arch(int auditArch) {
            arch = auditArch;
            return this;
        }

        /** Sets these bits of {@link EventFlags}, beside those already set. */
        public Event flags(int bits) {
            flags |= bits;
            return this;
        }

        public Event aux(int value) {
            aux = value;
            return this;
        }

        /** A string read whole. */
        public Event string(int arg, String text) {
            return piece(arg, text.getBytes(StandardCharsets.UTF_8), false);
        }

        /** Captured bytes, cut at the capture limit or whole. */
        public Event piece(int arg, byte[] bytes, boolean truncated) {
            return add(arg, 0, 0, bytes, truncated ? RingLayout.PIECE_TRUNCATED : 0, 0);
        }

        /** Bytes the call wrote, read whole when it had returned. */
        public Event written(int arg, byte[] bytes) {
            return add(arg, 0, 0, bytes, RingLayout.PIECE_AT_EXIT, 0);
        }

        /** An element of an array, or another part of what an argument points to. */
        public Event part(int arg, int part, int index, byte[] bytes) {
            return add(arg, part, index, bytes, 0, 0);
        }

        /** A string whose memory could not be read. */
        public Event unreadable(int arg) {
            return add(arg, 0, 0, new byte[0], RingLayout.PIECE_UNREADABLE, EFAULT);
        }

        /** A piece of another event. */
        public Event copy(CapturedEvent other, int piece) {
            int pieceFlags = (other.pieceTruncated(piece) ? RingLayout.PIECE_TRUNCATED : 0)
                    | (other.pieceUnreadable(piece) ? RingLayout.PIECE_UNREADABLE : 0)
                    | (other.pieceAtExit(piece) ? RingLayout.PIECE_AT_EXIT : 0);
            return add(
                    other.pieceArg(piece),
                    other.piecePart(piece),
                    other.pieceIndex(piece),
                    other.pieceBytes(piece),
                    pieceFlags,
                    other.pieceError(piece));
        }

        private Event add(int arg, int part, int index, byte[] bytes, int pieceFlags, int error) {
            pieces.add(new Piece(arg, part, index, bytes.clone(), pieceFlags, error));
            return this;
        }

        /**
         * Makes the event visible to the reader.
         *
         * @throws IllegalStateException if there is no room; drain first
         */
        public void publish() {
            if (head - (long) WORD.getAcquire(memory, RingLayout.HEADER_TAIL) >= eventCapacity) {
                throw new IllegalStateException("ring of " + eventCapacity + " events is full, drain it first");
            }
            int sideLength = pieces.stream().mapToInt(Piece::room).sum();
            long sideStart = reserveSide(sideLength);
            int base = RingLayout.HEADER_SIZE + (int) (head % eventCapacity) * RingLayout.EVENT_SIZE;
            writeFields(base, sideStart, sideLength);
            writePieces(sideStart);
            sideHead = sideStart + sideLength;
            droppedBefore = 0;
            head++;
            WORD.setRelease(memory, RingLayout.HEADER_HEAD, head);
        }

        /** Where the pieces go: at the head, or at the area's begin where they would wrap around its end. */
        private long reserveSide(int length) {
            long place = sideHead % sideCapacity;
            long at = place + length > sideCapacity ? sideHead + sideCapacity - place : sideHead;
            long used = at + length - (long) WORD.getAcquire(memory, RingLayout.HEADER_SIDE_TAIL);
            if (length > 0 && used > sideCapacity) {
                throw new IllegalStateException("side area of " + sideCapacity + " bytes is full, drain it first");
            }
            return length == 0 ? sideHead : at;
        }

        private void writeFields(int base, long sideStart, int sideLength) {
            memory.putLong(base + RingLayout.EVENT_START, start);
            memory.putLong(base + RingLayout.EVENT_END, end);
            for (int i = 0; i < args.length; i++) {
                memory.putLong(base + RingLayout.EVENT_ARGS + i * Long.BYTES, args[i]);
            }
            memory.putLong(base + RingLayout.EVENT_RESULT, result);
            memory.putLong(base + RingLayout.EVENT_IP, instructionPointer);
            memory.putLong(base + RingLayout.EVENT_SP, stackPointer);
            memory.putInt(base + RingLayout.EVENT_TID, tid);
            memory.putInt(base + RingLayout.EVENT_TGID, tgid);
            memory.putInt(base + RingLayout.EVENT_NUMBER, number);
            memory.putInt(base + RingLayout.EVENT_ARCH, arch);
            memory.putShort(base + RingLayout.EVENT_KIND, (short) kind.number());
            memory.putShort(base + RingLayout.EVENT_FLAGS, (short) flags);
            memory.putInt(base + RingLayout.EVENT_AUX, aux);
            memory.putInt(base + RingLayout.EVENT_SIDE_LENGTH, sideLength);
            memory.putInt(base + RingLayout.EVENT_DROPPED_BEFORE, droppedBefore);
            memory.putLong(base + RingLayout.EVENT_SIDE_OFFSET, sideStart);
        }

        private void writePieces(long sideStart) {
            int sideBase = RingLayout.HEADER_SIZE + eventCapacity * RingLayout.EVENT_SIZE;
            int at = sideBase + (int) (sideStart % sideCapacity);
            for (Piece piece : pieces) {
                memory.put(at + RingLayout.PIECE_ARG, (byte) piece.arg());
                memory.put(at + RingLayout.PIECE_PART, (byte) piece.part());
                memory.putShort(at + RingLayout.PIECE_INDEX, (short) piece.index());
                memory.putShort(at + RingLayout.PIECE_LENGTH, (short) piece.bytes().length);
                memory.put(at + RingLayout.PIECE_FLAGS, (byte) piece.flags());
                memory.put(at + RingLayout.PIECE_ERROR, (byte) piece.error());
                memory.put(at + RingLayout.PIECE_SIZE, piece.bytes());
                at += piece.room();
            }
        }
    }
}
