// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Where {@code renacer} writes a trace, and in which formats. */
@NullMarked
package dev.renacer.cli.local.output;

import org.jspecify.annotations.NullMarked;
