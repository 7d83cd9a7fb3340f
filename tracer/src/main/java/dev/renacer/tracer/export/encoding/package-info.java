// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Spans as the bytes of OTLP. */
@NullMarked
package dev.renacer.tracer.export.encoding;

import org.jspecify.annotations.NullMarked;
