// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The pipelines to the sinks, shared by assignments, and the credentials with which they are opened. It may know {@code
 * refusal}.
 */
@NullMarked
package dev.renacer.nodeagent.sink;

import org.jspecify.annotations.NullMarked;
