// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Why something cannot be done, in the words of the API and in one line. It knows no other package of the agent. */
@NullMarked
package dev.renacer.nodeagent.refusal;

import org.jspecify.annotations.NullMarked;
