// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Which of several replicas serves, by a Lease. Knows nothing of requests. */
@NullMarked
package dev.renacer.operator.leader;

import org.jspecify.annotations.NullMarked;
