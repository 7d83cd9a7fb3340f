// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Regular expressions that tenants write: what they may be, how large, and what the message says about a broken one.
 * Knows only reasons and texts.
 */
@NullMarked
package dev.renacer.crds.pattern;

import org.jspecify.annotations.NullMarked;
