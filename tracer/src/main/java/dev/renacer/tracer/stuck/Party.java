// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck;

/**
 * Somebody a thread waits for, or who has to do with that.
 *
 * @param pid    of the process, in this PID namespace
 * @param tid    of the thread; equals the pid if it is about the whole process
 * @param name   of the thread or process; {@link dev.renacer.capture.ByteText}
 * @param state  in words, such as {@code sleeping}
 * @param role   what it is in this, such as {@code owner} or {@code writer}
 * @param shown  its number, as texts give it ({@link Viewpoint}); empty: it must not be named
 */
public record Party(int pid, int tid, String name, String state, String role, String shown) {}
