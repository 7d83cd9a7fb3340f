// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.operator.status;

import dev.renacer.crds.Reason;

/** A reason and what it means in this case, in words a user can act on. */
public record Explanation(Reason reason, String message) {}
