// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Looks at containers without tracing them: what each thread does and waits for, as small as it has to be to stand in a status.
 */
@NullMarked
package dev.renacer.nodeagent.look;

import org.jspecify.annotations.NullMarked;
