// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

/**
 * What a block of the report consists of, in this order; {@code codec.js} has the same list. A section is its length (32 bits,
 * little-endian) and its bytes: either numbers (base 128, the lowest bits first, signed ones in zigzag form) or texts (UTF-8, a
 * newline behind each). Where a text or a stack is referred to, the number is how many newer ones there are at that moment, plus
 * one; 0 is the next of those that this block brings.
 */
enum Section {
    /** Text: time to which all times of this block relate, in nanoseconds since the epoch. */
    BASE,
    /** Texts: calls that occur for the first time, each with its category in front. */
    CALL_NAMES,
    /** Texts: errors that occur for the first time: number, name and meaning. */
    ERRORS,
    /** Numbers: processes that occur for the first time: pid, pid in its own namespace, parent. */
    PROCESSES,
    /** Numbers: threads that occur for the first time: tid, index of the process. */
    THREADS,
    /** Texts: new arguments. */
    ARGUMENTS,
    /** Texts: new results. */
    RESULTS,
    /** Texts: new files and endpoints, each with its kind in front. */
    SUBJECTS,
    /** Texts: new functions. */
    FRAMES,
    /** Numbers: new stacks: how many frames, then the index of each, the innermost first. */
    STACKS,
    /** Numbers, one for each call: its start relative to that of the call before, signed. */
    START,
    /** Duration in nanoseconds. */
    DURATION,
    /** Index of the thread. */
    THREAD,
    /** Index of the name. */
    NAME,
    /** The errno, shifted by {@link CallRows#FLAG_BITS}, and flags. */
    OUTCOME,
    /** Its arguments. */
    ARGUMENT,
    /** Its result. */
    RESULT,
    /** What it was about. */
    SUBJECT,
    /** How many bytes it moved, doubled; odd: out of the process. */
    BYTES,
    /** Its stack. */
    STACK,
    /** Numbers, one for each event: its {@link EventKind}. */
    EVENT_KIND,
    /** Its time relative to that of the event before, signed. */
    EVENT_TIME,
    /** Index of the thread. */
    EVENT_THREAD,
    /** A number whose meaning depends on the kind. */
    EVENT_VALUE,
    /** Text, likewise; one for each event. */
    EVENT_TEXT
}
