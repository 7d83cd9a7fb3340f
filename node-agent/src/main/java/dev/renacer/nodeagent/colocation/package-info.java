// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Threads that share a CPU with their tracer: what a status must name before one is moved, and how threads that a
 * killed agent moved are restored. It may know {@code trace}, {@code status}, {@code process} and {@code refusal}.
 */
@NullMarked
package dev.renacer.nodeagent.colocation;

import org.jspecify.annotations.NullMarked;
