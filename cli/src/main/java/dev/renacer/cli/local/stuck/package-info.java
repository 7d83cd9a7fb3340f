// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** {@code renacer stuck}. */
@NullMarked
package dev.renacer.cli.local.stuck;

import org.jspecify.annotations.NullMarked;
