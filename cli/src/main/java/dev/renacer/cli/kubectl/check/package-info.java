// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What {@code explain} and {@code doctor} look at, and what they find. Changes nothing in a cluster. */
@NullMarked
package dev.renacer.cli.kubectl.check;

import org.jspecify.annotations.NullMarked;
