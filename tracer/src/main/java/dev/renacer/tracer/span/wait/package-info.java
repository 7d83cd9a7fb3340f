// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Who waits, and for what or whom: threads by name, locks and those who hold them. */
@NullMarked
package dev.renacer.tracer.span.wait;

import org.jspecify.annotations.NullMarked;
