// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Where spans go and how they are sent, from flags and the OTEL_* variables. */
@NullMarked
package dev.renacer.tracer.export.settings;

import org.jspecify.annotations.NullMarked;
