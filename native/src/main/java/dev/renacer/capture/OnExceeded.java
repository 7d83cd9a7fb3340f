// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

/** What the engine does, by itself, when a process, or all together, are slowed down more than {@link CaptureOptions#maxSlowdownPercent()}. */
public enum OnExceeded {
    /** Everything is detached for good, with {@link dev.renacer.capture.ring.DetachReason#SLOWDOWN_EXCEEDED}. */
    DETACH,
    /**
     * Its threads rest: their calls run through unseen for as long as brings the slowdown down to the bound on average, then they are
     * traced again, unseen by the program. {@link CaptureStats#unwatchedMillis()} tells for how long.
     */
    DUTY_CYCLE
}
