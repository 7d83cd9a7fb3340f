// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.ring;

/** Why a living process is no longer traced. The number is the {@code aux} value of {@link EventKind#DETACHED}. */
public enum DetachReason {
    /** {@link dev.renacer.capture.CaptureSession#stop} was called. */
    REQUESTED(1),
    /** The session's deadline passed; enforced natively, without Java's help. */
    DEADLINE(2),
    /** The JVM's heartbeat stopped for longer than the session allows. */
    HEARTBEAT_LOST(3),
    /** The tracer met an error after which it cannot continue. */
    ENGINE_FAILURE(4),
    /**
     * A process, or all together, were slowed down by more than {@link
     * dev.renacer.capture.CaptureOptions#maxSlowdownPercent()} allows.
     */
    SLOWDOWN_EXCEEDED(5);

    private final int number;

    DetachReason(int number) {
        this.number = number;
    }

    /** The value in the ring format. */
    public int number() {
        return number;
    }

    /**
     * The reason with this number.
     *
     * @throws IllegalArgumentException if the format has no such number
     */
    public static DetachReason of(int number) {
        for (DetachReason reason : values()) {
            if (reason.number == number) {
                return reason;
            }
        }
        throw new IllegalArgumentException("no detach reason has the number " + number);
    }
}
