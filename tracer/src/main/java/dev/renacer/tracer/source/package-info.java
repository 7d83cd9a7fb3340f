// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Where in a program's source a system call comes from: copied stacks are followed by a confined unwinder, and its answers kept. */
@NullMarked
package dev.renacer.tracer.source;

import org.jspecify.annotations.NullMarked;
