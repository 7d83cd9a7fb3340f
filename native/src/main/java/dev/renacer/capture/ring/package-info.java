// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

/** Events as the engine writes them: the ring, its layout, and what an event reports. Knows nothing of sessions. */
@NullMarked
package dev.renacer.capture.ring;

import org.jspecify.annotations.NullMarked;
