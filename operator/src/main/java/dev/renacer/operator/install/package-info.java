// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** What concerns an installation as a whole: the objects it begins with, whether it works, how it is taken away. */
@NullMarked
package dev.renacer.operator.install;

import org.jspecify.annotations.NullMarked;
