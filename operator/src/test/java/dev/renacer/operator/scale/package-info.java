// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Measures the operator with a thousand nodes; run by {@code make bench-operator}, no test. */
@org.jspecify.annotations.NullMarked
package dev.renacer.operator.scale;
