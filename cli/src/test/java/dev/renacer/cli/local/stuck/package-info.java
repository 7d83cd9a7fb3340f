// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Tests of {@code renacer stuck} with real processes. */
@NullMarked
package dev.renacer.cli.local.stuck;

import org.jspecify.annotations.NullMarked;
