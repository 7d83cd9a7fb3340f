// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Reconciles trace requests into assignments for nodes. */
@NullMarked
package dev.renacer.operator;

import org.jspecify.annotations.NullMarked;
