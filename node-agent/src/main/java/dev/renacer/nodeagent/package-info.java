// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The node agent as a whole: its program, its configuration, and how its parts are put together. It may know every package below
 * it, and none of them knows it.
 */
@NullMarked
package dev.renacer.nodeagent;

import org.jspecify.annotations.NullMarked;
