// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Tests of the node agent. */
@NullMarked
package dev.renacer.nodeagent;

import org.jspecify.annotations.NullMarked;
