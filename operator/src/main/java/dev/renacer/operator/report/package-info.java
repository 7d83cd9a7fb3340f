// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What is told: conditions, figures and when they are written, from a request and what the agents reported. Pure. */
@NullMarked
package dev.renacer.operator.report;

import org.jspecify.annotations.NullMarked;
