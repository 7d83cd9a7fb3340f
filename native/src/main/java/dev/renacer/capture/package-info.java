// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The capture engine as Java sees it: sessions, their rings and captured events. Knows only the kernel. */
@NullMarked
package dev.renacer.capture;

import org.jspecify.annotations.NullMarked;
