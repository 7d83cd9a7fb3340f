// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Carries out the NodeTraces of this node, from the watch that delivers one to its end: each is an assignment with a
 * thread of its own. It knows all packages below except {@code runtime}.
 */
@NullMarked
package dev.renacer.nodeagent.assignment;

import org.jspecify.annotations.NullMarked;
