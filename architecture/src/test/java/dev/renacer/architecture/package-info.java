// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Rules that hold the house together: which room may know which, and how sources look. */
@NullMarked
package dev.renacer.architecture;

import org.jspecify.annotations.NullMarked;
