// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Regular expressions that tenants write: what they may be, how large, and what a broken one is told. Knows reasons and texts alone. */
@NullMarked
package dev.renacer.crds.pattern;

import org.jspecify.annotations.NullMarked;
