// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The operator as a whole: its start, its settings, its controllers. The packages below contain what these do. */
@NullMarked
package dev.renacer.operator;

import org.jspecify.annotations.NullMarked;
