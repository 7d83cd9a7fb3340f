// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Pipelines to the sinks, which assignments share, and the credentials they are opened with. It may know {@code refusal}. */
@NullMarked
package dev.renacer.nodeagent.sink;

import org.jspecify.annotations.NullMarked;
