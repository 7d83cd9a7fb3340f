// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Statistics of real programs, beside strace's. */
@NullMarked
package dev.renacer.cli.local.statistics;

import org.jspecify.annotations.NullMarked;
