// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The file of a recording as a row of blocks, and the numbers and texts in a block. */
@NullMarked
package dev.renacer.tracer.recording.block;

import org.jspecify.annotations.NullMarked;
