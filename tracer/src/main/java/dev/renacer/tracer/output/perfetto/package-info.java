// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** A trace as Perfetto's trace viewer reads it: TrackEvent packets of perfetto_trace.proto. */
@NullMarked
package dev.renacer.tracer.output.perfetto;

import org.jspecify.annotations.NullMarked;
