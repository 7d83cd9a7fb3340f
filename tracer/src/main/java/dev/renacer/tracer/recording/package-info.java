// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Traces in a file: written while they are taken, and given to any listener later. */
@NullMarked
package dev.renacer.tracer.recording;

import org.jspecify.annotations.NullMarked;
