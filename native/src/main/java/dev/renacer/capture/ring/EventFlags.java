// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/** Bits of a captured event's {@code flags}; part of the ring format. */
public final class EventFlags {
    /** CALL, CALL_UNFINISHED: the call was already in progress at attach; {@code start} is the time of attach. */
    public static final int IN_PROGRESS_AT_ATTACH = 1;
    /** PROCESS_STARTED: found by attach. */
    public static final int ATTACHED = 1 << 1;
    /** PROCESS_STARTED: launched by this session. */
    public static final int LAUNCHED = 1 << 2;
    /** PROCESS_STARTED: forked by a traced process. */
    public static final int FORKED = 1 << 3;
    /** CALL: the result is an error ({@code -errno}), as the kernel itself reports by PTRACE_GET_SYSCALL_INFO. */
    public static final int ERROR = 1 << 4;
    /** The side data did not fit and is missing or cut; the event itself is exact. */
    public static final int SIDE_DATA_LOST = 1 << 5;
    /** CALL: the kernel restarted this call (ERESTARTSYS and its kin) after this return. */
    public static final int RESTARTED = 1 << 6;

    /**
     * THREAD_TIME: calls were made that nobody saw.
     *
     * <p>CALL: the plan skips this call; it is reported for the sake of others ({@link
     * dev.renacer.capture.plan.ExitRule}).
     */
    public static final int UNASKED = 1 << 7;

    /** CALL_UNFINISHED: the trace ended, not the call. */
    public static final int LEFT = 1 << 8;

    /** THREAD_TIME: what the scheduler knows of the thread could not be read. */
    public static final int UNREAD = 1 << 9;

    private EventFlags() {}
}
