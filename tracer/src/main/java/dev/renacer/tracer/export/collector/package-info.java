// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** One collector: the connection to it, its answers, and what they mean by the rules of OTLP. */
@NullMarked
package dev.renacer.tracer.export.collector;

import org.jspecify.annotations.NullMarked;
