// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** CPUs and the threads that are placed on them. */
@NullMarked
package dev.renacer.capture.affinity;

import org.jspecify.annotations.NullMarked;
