// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The NodeTraces of a request: how each is created, and how they are made to match the plan. The operator is the only
 * writer of their specs.
 */
@NullMarked
package dev.renacer.operator.nodetrace;

import org.jspecify.annotations.NullMarked;
