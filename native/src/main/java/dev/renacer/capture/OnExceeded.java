// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

/**
 * What the engine does by itself when a process, or all together, are slowed down by more than {@link
 * CaptureOptions#maxSlowdownPercent()}.
 */
public enum OnExceeded {
    /** Everything is detached for good, with {@link dev.renacer.capture.ring.DetachReason#SLOWDOWN_EXCEEDED}. */
    DETACH,
    /**
     * Its threads rest: their calls run through unseen for as long as it takes to bring the average slowdown down to
     * the bound; then they are traced again, without the program noticing. {@link CaptureStats#unwatchedMillis()} says
     * for how long.
     */
    DUTY_CYCLE
}
