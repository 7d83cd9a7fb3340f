// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Statistics instead of the trace, or behind it. */
@NullMarked
package dev.renacer.cli.local.statistics;

import org.jspecify.annotations.NullMarked;
