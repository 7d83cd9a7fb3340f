// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Finds the processes of containers and chooses those to attach to, only by procfs and cgroups, and collects the facts
 * of this node. It may know {@code refusal}.
 */
@NullMarked
package dev.renacer.nodeagent.process;

import org.jspecify.annotations.NullMarked;
