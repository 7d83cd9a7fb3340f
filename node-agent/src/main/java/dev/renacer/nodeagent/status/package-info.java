// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What the agent writes to the API server: when a status is written, how a write is retried, and what an earlier agent
 * wrote. It may know {@code process}, which names containers, and {@code refusal}.
 */
@NullMarked
package dev.renacer.nodeagent.status;

import org.jspecify.annotations.NullMarked;
