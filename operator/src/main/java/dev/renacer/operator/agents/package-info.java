// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Whether the nodes have an agent, and what a user can do if one is absent. Reads pods and nodes; writes nothing. */
@NullMarked
package dev.renacer.operator.agents;

import org.jspecify.annotations.NullMarked;
