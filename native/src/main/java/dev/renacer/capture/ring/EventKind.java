// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/**
 * What a captured event reports. The number is the value of the event's {@code kind} field; it is part of the ring
 * format.
 */
public enum EventKind {
    /** A system call that returned: {@code start}, {@code end}, {@code number}, {@code arch}, six arguments and the result are set. */
    CALL(1),
    /**
     * A system call that was entered and did not return while traced ({@code exit_group}, a call cut off by the task's death,
     * or one still blocked when the trace ended). {@code end} is the time of that end; there is no result.
     */
    CALL_UNFINISHED(2),
    /**
     * A process (thread group) comes under trace. {@code tgid} is the process, {@code aux} its parent's tgid as this host sees
     * it (0: unknown), {@code arg(0)} its pid inside its own PID namespace, {@code arg(3)} when it was created, in nanoseconds since boot
     * and in whole clock ticks (0: unknown). {@code arg(1)} and {@code arg(2)} of a forked one are tid and tgid of its
     * creator. The side data holds {@code comm} (argument index
     * 0) and the path of its executable (argument index 1). Flags say how it came: attached, launched or forked.
     */
    PROCESS_STARTED(3),
    /** A thread comes under trace: {@code tid}, in {@code tgid}; {@code aux} is the tid that created it (0: unknown). */
    THREAD_STARTED(4),
    /** A process runs a new program (execve succeeded). Side data as {@link #PROCESS_STARTED}; {@code aux} is the former tid. */
    EXEC(5),
    /** A thread is gone; {@code aux} is its wait status as waitpid(2) encodes it, all ones if that is not known. */
    THREAD_EXITED(6),
    /** A process is gone; {@code aux} is the wait status as waitpid(2) encodes it. */
    PROCESS_EXITED(7),
    /**
     * A signal was delivered to {@code tid}: {@code aux} is its number, {@code arg(0)} si_code, {@code arg(1)} si_errno, and
     * {@code arg(2)} to {@code arg(5)} are the 32 bytes that follow in its siginfo, whose meaning depends on signal and
     * code.
     */
    SIGNAL(8),
    /** Tracing of the process {@code tgid} ended while it lives on; {@code aux} is a {@link DetachReason} number. */
    DETACHED(9),
    /** A task entered group-stop by signal {@code aux} (job control). */
    GROUP_STOP(10),
    /**
     * Where the code of the process {@code tgid} is mapped, published before the first call made from there: only with
     * {@link dev.renacer.capture.CaptureOptions#stackBytes()}. Side data: the executable file mappings as lines of
     * /proc/PID/maps. {@code arg(0)} and {@code arg(1)} are device and inode of the process's root folder.
     */
    MAPPINGS(11),
    /**
     * A thread begins to rest (duty cycle): its calls from here on are not reported. It follows the call after which the
     * thread rests, and follows {@link #EXEC} again if the thread executes a program meanwhile, which may give it
     * another {@code tid}.
     */
    REST_BEGAN(12),
    /**
     * A thread that rested is traced again: its calls from here on are reported. {@code arg(0)} is when the rest began. It
     * does not come if the thread ends first, nor after the process's last event.
     */
    REST_ENDED(13),
    /**
     * The process {@code tgid} has published what it is (OTEP 4719), again or for the first time. The side data is the
     * message {@code ProcessContext}, as the process has it.
     */
    PROCESS_CONTEXT(14),
    /**
     * Where the time of the thread {@code tid} between its start and its end went, in nanoseconds: {@code arg(0)} on a CPU,
     * {@code arg(1)} waiting for one, {@code arg(2)} of that at most since a quota was used up, {@code arg(3)} in stops,
     * {@code arg(4)} in calls, {@code arg(5)} in the call {@code number} that ended then, if it was long; {@code result},
     * {@code instructionPointer} and {@code stackPointer} what the stops cost beside {@code arg(3)}, as estimated: until they
     * were seen, until the thread ran again, and CPU time ({@code enum rc_time_arg} of {@code event.h}).
     */
    THREAD_TIME(15);

    private static final EventKind[] BY_NUMBER = new EventKind[16];

    static {
        for (EventKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;

    EventKind(int number) {
        this.number = number;
    }

    /** The value in the ring format. */
    public int number() {
        return number;
    }

    /**
     * The kind with this number.
     *
     * @throws IllegalArgumentException if the format has no such number
     */
    public static EventKind of(int number) {
        if (number < 1 || number >= BY_NUMBER.length) {
            throw new IllegalArgumentException("no event kind has the number " + number);
        }
        return BY_NUMBER[number];
    }
}
