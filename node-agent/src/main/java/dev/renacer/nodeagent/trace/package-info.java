// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * One container under the capture engine: its processes are attached to, its calls become spans. It may know
 * {@code process} and {@code refusal}.
 */
@NullMarked
package dev.renacer.nodeagent.trace;

import org.jspecify.annotations.NullMarked;
