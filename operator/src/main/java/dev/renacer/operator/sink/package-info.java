// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Whether the places spans go to can be reached and take them. */
@org.jspecify.annotations.NullMarked
package dev.renacer.operator.sink;
