// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** A trace as people and programs read it: text in strace's style, JSON, CSV, and a summary of counts and times. */
@NullMarked
package dev.renacer.tracer.output;

import org.jspecify.annotations.NullMarked;
