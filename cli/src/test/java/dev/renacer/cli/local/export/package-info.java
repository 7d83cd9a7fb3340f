// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Spans of the command line, as a receiver gets them. */
@NullMarked
package dev.renacer.cli.local.export;

import org.jspecify.annotations.NullMarked;
