// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Follows one trace from its request to its end, and prints its progress. */
@NullMarked
package dev.renacer.cli.kubectl.follow;

import org.jspecify.annotations.NullMarked;
