// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Tests of the capture door, and {@link dev.renacer.capture.ring.SyntheticRing} for tests of the rooms above it. */
@NullMarked
package dev.renacer.capture;

import org.jspecify.annotations.NullMarked;
