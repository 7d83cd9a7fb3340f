// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The agent's process itself: its heap, its log, its metrics and its health. It may know {@code assignment} and
 * {@code trace}, whose figures the metrics show.
 */
@NullMarked
package dev.renacer.nodeagent.runtime;

import org.jspecify.annotations.NullMarked;
