// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Whether the places to which spans go can be reached and accept them. */
@org.jspecify.annotations.NullMarked
package dev.renacer.operator.sink;
