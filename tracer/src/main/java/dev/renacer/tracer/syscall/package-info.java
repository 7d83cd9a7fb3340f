// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Tables of system calls, generated from the kernel's headers, with their signatures as data. */
@NullMarked
package dev.renacer.tracer.syscall;

import org.jspecify.annotations.NullMarked;
