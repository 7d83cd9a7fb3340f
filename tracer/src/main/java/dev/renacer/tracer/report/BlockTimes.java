// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.report;

/** Times as a block has them: each relative to the one before in its column, the first to the block's own. For one thread. */
final class BlockTimes {
    private final ReportBlock block;
    private boolean begun;
    private long lastCall;
    private long lastEvent;

    BlockTimes(ReportBlock block) {
        this.block = block;
    }

    /** What is written for the start of a call. */
    long call(long nanos) {
        begin(nanos);
        long delta = nanos - lastCall;
        lastCall = nanos;
        return delta;
    }

    /** What is written for the time of an event. */
    long event(long nanos) {
        begin(nanos);
        long delta = nanos - lastEvent;
        lastEvent = nanos;
        return delta;
    }

    /** The block is written; the next has a time of its own. */
    void end() {
        begun = false;
    }

    private void begin(long nanos) {
        if (!begun) {
            begun = true;
            lastCall = nanos;
            lastEvent = nanos;
            block.section(Section.BASE).text(Long.toString(nanos));
        }
    }
}
