// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/** What a tracer does when its ring is full. */
public enum RingPolicy {
    /**
     * Wait for room between two stops of the target, never within a time that is reported: nothing is lost, but the
     * target may wait.
     */
    BLOCK,
    /** Never wait: drop the event and count it. */
    DROP
}
