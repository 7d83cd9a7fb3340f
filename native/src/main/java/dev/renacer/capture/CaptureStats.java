// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

/**
 * Counters of one session since it was opened.
 *
 * @param calls       system calls seen to return or end, published or not
 * @param published   events written to the rings
 * @param dropped     events dropped because a ring was full ({@link RingPolicy#DROP} only)
 * @param sideLost    strings that did not fit into the side area
 * @param tasks       threads traced now
 * @param stops       stops handled
 */
public record CaptureStats(long calls, long published, long dropped, long sideLost, int tasks, long stops) {}
