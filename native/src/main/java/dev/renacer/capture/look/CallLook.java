// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.look;

import dev.renacer.capture.CaptureException;
import dev.renacer.capture.NativeLibrary;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.plan.PlanBytes;
import dev.renacer.capture.ring.CapturedEvent;
import dev.renacer.capture.ring.EventBytes;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Reads what the calls of threads are about that nobody has stopped, by the very plan that a trace reads by. Only memory is
 * copied, by process_vm_readv(2): the kernel asks for the rights of an attach (PTRACE_MODE_ATTACH_REALCREDS) but attaches
 * nothing, and the thread does not notice. It may go on meanwhile: what was read belongs to its call only if it did not run.
 * Not thread-safe.
 */
public final class CallLook implements AutoCloseable {
    private static final int EPERM = 1;
    private static final int FIXED = 6;

    private final long handle;
    private boolean closed;

    private CallLook(long handle) {
        this.handle = handle;
    }

    /**
     * Prepares looks.
     *
     * @param plan         what is read of which call
     * @param stringLimit  maximum number of bytes of a string, 1 to 4,096
     * @param bufferLimit  likewise of a buffer whose contents are read, 0 to 4,096
     * @param stackBytes   of the stack; a multiple of 8, at most 32,768; 0: none
     * @throws CaptureException if the capture core cannot be loaded
     */
    public static CallLook open(CapturePlan plan, int stringLimit, int bufferLimit, int stackBytes)
            throws CaptureException {
        NativeLibrary.load();
        long handle = open0(PlanBytes.of(plan), stringLimit, bufferLimit, stackBytes);
        if (handle == 0) {
            throw new CaptureException(
                    CaptureException.Reason.RESOURCE, 0, "no memory is left to look at a process; free some");
        }
        return new CallLook(handle);
    }

    /**
     * Looks at a call. The event is a {@link dev.renacer.capture.ring.EventKind#CALL_UNFINISHED} without times: what could not
     * be read is a piece that says so. Of its stack's registers the stack pointer, the instruction pointer and those of the
     * arguments are known; the others are 0.
     */
    public CapturedEvent at(CallInFlight call) {
        requireOpen();
        long[] numbers = new long[FIXED + call.arguments().size()];
        numbers[0] = call.pid();
        numbers[1] = call.tid();
        numbers[2] = call.auditArch();
        numbers[3] = call.number();
        numbers[4] = call.instructionPointer();
        numbers[5] = call.stackPointer();
        for (int index = 0; index < call.arguments().size(); index++) {
            numbers[FIXED + index] = call.arguments().get(index);
        }
        return EventBytes.view(at0(handle, numbers));
    }

    /**
     * Copies a thread's memory, as far as it can be read: fewer bytes than asked for, or none.
     *
     * @param length  in bytes
     * @throws SecurityException if this process may not read that one's memory
     */
    public byte[] memory(int tid, long address, int length) {
        requireOpen();
        byte[] bytes = new byte[length];
        int got = memory0(tid, address, bytes);
        if (got == -EPERM) {
            throw new SecurityException("the memory of thread " + tid + " may not be read");
        }
        return Arrays.copyOf(bytes, Math.max(0, got));
    }

    /**
     * What the scheduler's clock of a CPU shows now, in nanoseconds: the clock of {@code se.exec_start} in /proc/TID/sched of
     * threads that last ran there. Each CPU's clock leaves out the time of its interrupts and what a hypervisor took away.
     * Empty if the kernel does not show it, or this process may not run on that CPU, which it does for a moment.
     */
    public OptionalLong schedulerNanos(int cpu) {
        requireOpen();
        long nanos = clock0(cpu);
        return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    /**
     * The number (inode) of the socket that another of this machine is connected with; empty if it is with none, is in another
     * network namespace than this process, or the kernel does not say so.
     */
    public OptionalLong unixPeer(long inode) {
        requireOpen();
        long peer = unixPeer0(inode);
        return peer <= 0 ? OptionalLong.empty() : OptionalLong.of(peer);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            close0(handle);
        }
    }

    private static native long open0(byte[] plan, int stringLimit, int bufferLimit, int stackBytes);

    private static native void close0(long handle);

    private static native byte[] at0(long handle, long[] call);

    private static native int memory0(int tid, long address, byte[] out);

    private static native long clock0(int cpu);

    private static native long unixPeer0(long inode);
}
