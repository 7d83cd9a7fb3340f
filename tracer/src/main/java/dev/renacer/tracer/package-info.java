// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** From raw capture events to named system calls and spans. */
@NullMarked
package dev.renacer.tracer;

import org.jspecify.annotations.NullMarked;
