// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the threads of a process wait for, found out without attaching to it or stopping it. */
@NullMarked
package dev.renacer.tracer.stuck;

import org.jspecify.annotations.NullMarked;
