// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What applications publish about themselves: for which span a thread works (OTEP 4947), and who they are (OTEP 4719). */
@NullMarked
package dev.renacer.tracer.context;

import org.jspecify.annotations.NullMarked;
