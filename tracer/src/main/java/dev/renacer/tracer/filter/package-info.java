// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Which system calls are traced: the grammar of {@code -e trace=} and the capture plan made from it. */
@NullMarked
package dev.renacer.tracer.filter;

import org.jspecify.annotations.NullMarked;
