// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The command lines renacer and kubectl-renacer. */
@NullMarked
package dev.renacer.cli;

import org.jspecify.annotations.NullMarked;
