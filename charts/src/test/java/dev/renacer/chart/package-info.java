// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What the Helm chart renders, and what an API server that holds it refuses. */
@NullMarked
package dev.renacer.chart;

import org.jspecify.annotations.NullMarked;
