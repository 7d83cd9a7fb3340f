// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Traces the containers assigned to this node. */
@NullMarked
package dev.renacer.nodeagent;

import org.jspecify.annotations.NullMarked;
