// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output;

/** When a line of text begins with the id of the thread that called. */
public enum PidPrefix {
    /** {@code [pid N]}, while more than one thread is traced: for a terminal. */
    WHEN_SEVERAL,
    /** {@code N}, always: for a file of a trace that follows children, so that every line stands on its own. */
    ALWAYS,
    /** Never. */
    NEVER
}
