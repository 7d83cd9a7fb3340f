// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The node agent as a whole: its program, its configuration, and the assembly of its parts. It may know every package
 * below it; none of them knows it.
 */
@NullMarked
package dev.renacer.nodeagent;

import org.jspecify.annotations.NullMarked;
