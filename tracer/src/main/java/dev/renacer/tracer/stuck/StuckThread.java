// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

import dev.renacer.tracer.source.CallStack;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.stuck.call.Age;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of a thread. Immutable.
 *
 * @param tid             in this PID namespace
 * @param innerTid        in its own, by which its program knows it
 * @param name            its own; {@link dev.renacer.capture.ByteText}
 * @param ran             whether it was on a CPU between two looks: what is said of its call may be of two different ones
 * @param load            of the time between the looks: how much it was on a CPU and how much it waited for one, in words; empty:
 *     it sleeps
 * @param kernelFunction  in which the kernel lets it wait; empty: not shown
 * @param kernelStack     innermost first; empty: not shown
 * @param syscall         the name of its call; empty: it is in none, or that may not be seen
 * @param call            the call with its arguments, as strace writes it
 * @param futex           the address at which it waits for another thread (futex(2)); 0: it is in another call, or that is not told
 * @param waits           what it waits for
 * @param stack           of its program
 * @param location        the innermost place in the program's own code
 */
public record StuckThread(
        int pid,
        int tid,
        int innerTid,
        String name,
        Activity activity,
        boolean ran,
        String load,
        Age age,
        String kernelFunction,
        List<String> kernelStack,
        Optional<String> syscall,
        String call,
        long futex,
        List<WaitFor> waits,
        Optional<CallStack> stack,
        Optional<SourceLocation> location) {
    public StuckThread {
        kernelStack = List.copyOf(kernelStack);
        waits = List.copyOf(waits);
    }

    /** The same thread, which cannot go on: what it waits for waits for it. */
    StuckThread hopeless() {
        List<WaitFor> surely = waits.stream()
                .map(wait -> new WaitFor(wait.kind(), wait.text(), wait.parties(), WaitFor.HOPELESS))
                .toList();
        return new StuckThread(
                pid,
                tid,
                innerTid,
                name,
                activity,
                ran,
                load,
                age,
                kernelFunction,
                kernelStack,
                syscall,
                call,
                futex,
                surely,
                stack,
                location);
    }

    /** How much it looks like what is wrong, 0 to 100. */
    public int suspicion() {
        int most = switch (activity) {
            case UNINTERRUPTIBLE -> WaitFor.SUSPICIOUS;
            case STOPPED, TRACED -> WaitFor.SUSPICIOUS;
            case ZOMBIE -> WaitFor.SUSPICIOUS;
            case RUNNABLE, SLEEPING, IDLE, OTHER -> WaitFor.IDLE;
        };
        for (WaitFor wait : waits) {
            most = Math.max(most, wait.suspicion());
        }
        return most;
    }

    /** The thread that holds what it waits for; 0: none, or that is not known. */
    public int owner() {
        return firstOf(EnumSet.of(WaitFor.Kind.LOCK, WaitFor.Kind.JOIN));
    }

    /** The process that holds the lock on a file for which it waits, likewise. */
    public int lockingProcess() {
        return firstOf(EnumSet.of(WaitFor.Kind.FILE_LOCK));
    }

    private int firstOf(Set<WaitFor.Kind> kinds) {
        return waits.stream()
                .filter(wait -> kinds.contains(wait.kind()))
                .flatMap(wait -> wait.parties().stream())
                .mapToInt(Party::tid)
                .findFirst()
                .orElse(0);
    }
}
