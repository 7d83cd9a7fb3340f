// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** The operator as a whole: its start, its settings, its controllers. What they do stands in the packages below. */
@NullMarked
package dev.renacer.operator;

import org.jspecify.annotations.NullMarked;
