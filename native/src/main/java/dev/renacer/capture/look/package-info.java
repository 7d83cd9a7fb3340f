// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Looks at calls of threads that are neither traced nor stopped. */
@NullMarked
package dev.renacer.capture.look;

import org.jspecify.annotations.NullMarked;
