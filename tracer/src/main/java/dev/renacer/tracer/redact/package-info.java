// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Secrets in what was captured: found by their shape, and replaced before anything shows them. */
@NullMarked
package dev.renacer.tracer.redact;

import org.jspecify.annotations.NullMarked;
