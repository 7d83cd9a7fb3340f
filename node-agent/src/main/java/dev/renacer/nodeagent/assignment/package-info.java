// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Carries the NodeTraces of this node out, from the watch that brings one to its end: each is an assignment with a thread of its
 * own. It knows all packages below but {@code runtime}.
 */
@NullMarked
package dev.renacer.nodeagent.assignment;

import org.jspecify.annotations.NullMarked;
