// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the operator reads about pods and about their surroundings: workloads, namespaces, runtime classes. Writes
 * nothing.
 */
@NullMarked
package dev.renacer.operator.pods;

import org.jspecify.annotations.NullMarked;
