// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What a trace looks like in each format, and where it goes. */
@NullMarked
package dev.renacer.cli.local.output;

import org.jspecify.annotations.NullMarked;
