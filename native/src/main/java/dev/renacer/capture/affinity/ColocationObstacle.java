// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture.affinity;

/** Why no thread can be moved to its tracer's CPU. As enum rc_colocation_obstacle in capture.h. */
public enum ColocationObstacle {
    /** Tracers may run on only one CPU. */
    ONE_CPU,
    /** The target may not run on any CPU that its tracer may run on. */
    NO_COMMON_CPU,
    /** The kernel refuses: CAP_SYS_NICE is missing. */
    REFUSED,
    /** No timer is available. */
    NO_TIMER
}
