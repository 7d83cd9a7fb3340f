// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a trace shows of the arguments of calls, beside what the program gave. */
@NullMarked
package dev.renacer.cli.local.argument;

import org.jspecify.annotations.NullMarked;
