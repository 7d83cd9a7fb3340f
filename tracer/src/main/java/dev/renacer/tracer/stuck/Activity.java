// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

/** What a thread does, by its state in /proc (proc_pid_stat(5)). */
public enum Activity {
    /** On a CPU, or ready to be. */
    RUNNABLE("running or waiting for a CPU"),
    /** In a wait that a signal ends. */
    SLEEPING("asleep"),
    /** In a wait that no signal ends, but perhaps a deadly one. */
    UNINTERRUPTIBLE("in uninterruptible sleep (D)"),
    /** Stopped by a signal of job control. */
    STOPPED("stopped"),
    /** Stopped by a tracer. */
    TRACED("stopped by its tracer"),
    /** Ended, but not reaped by its parent. */
    ZOMBIE("a zombie"),
    /** A kernel thread that waits for work. */
    IDLE("idle"),
    /** Anything else. */
    OTHER("in an unknown state");

    private final String text;

    Activity(String text) {
        this.text = text;
    }

    /** In words. */
    public String text() {
        return text;
    }

    /** Whether a party is in this state. */
    boolean says(String state) {
        return state.equals(text);
    }

    /** That of a letter of /proc. */
    public static Activity of(char state) {
        return switch (state) {
            case 'R' -> RUNNABLE;
            case 'S' -> SLEEPING;
            case 'D' -> UNINTERRUPTIBLE;
            case 'T' -> STOPPED;
            case 't' -> TRACED;
            case 'Z', 'X' -> ZOMBIE;
            case 'I' -> IDLE;
            default -> OTHER;
        };
    }
}
