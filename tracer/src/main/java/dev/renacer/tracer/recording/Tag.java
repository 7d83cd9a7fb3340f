// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

/** The first byte of a record: its kind in the low half; in the high half, of a call, what follows. */
final class Tag {
    /** Where the time of a thread went. Since version 3. */
    static final int THREAD_TIME = 0;

    static final int CALL = 1;
    static final int UNASKED = 2;
    static final int BEGIN = 3;
    static final int PROCESS_STARTED = 4;
    static final int PROGRAM_EXECUTED = 5;
    static final int SIGNAL_DELIVERED = 6;
    static final int STOPPED = 7;
    static final int REST_BEGAN = 8;
    static final int REST_ENDED = 9;
    static final int THREAD_EXITED = 10;
    static final int PROCESS_EXITED = 11;
    static final int PROCESS_DETACHED = 12;
    static final int EVENTS_LOST = 13;
    /** What was looked up; the next byte says which kind. */
    static final int LOOKUP = 14;
    /** What a thread is called. */
    static final int THREAD_NAME = 15;

    /** The first version with the times at which processes were created. */
    static final int SINCE_CREATED = 4;

    /** The first version with times of threads. */
    static final int SINCE_TIMES = 3;

    static final int KIND = 0xf;

    /** Of a call: the thread is that of the call before it in this block. */
    static final int SAME_THREAD = 0x10;

    static final int HAS_DATA = 0x20;
    /** A byte with the flags below follows. */
    static final int HAS_MORE = 0x40;

    static final int FAILED = 0x80;

    /** Of a thread's time: the scheduler could not be asked. */
    static final int UNREAD = 0x10;
    /** Likewise: calls were made that nobody saw. */
    static final int UNSEEN = 0x20;

    static final int HAS_LAST_CALL = 0x40;

    static final int IN_PROGRESS = 1;
    static final int LEFT = 2;
    static final int UNFINISHED = 4;
    static final int HAS_SOURCE = 8;
    static final int HAS_STACK = 0x10;
    /** Since version 2. */
    static final int HAS_CONTEXT = 0x20;
    /** The context is what a header of HTTP says. */
    static final int OF_HEADER = 0x40;

    private Tag() {}
}
