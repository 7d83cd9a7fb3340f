// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;

/**
 * What the end of a recording says of the whole.
 *
 * @param calls          calls that were asked for
 * @param unaskedCalls   others, which show how these continued
 * @param events         everything else that happened to processes
 * @param lost           events that were lost because the ring was full
 * @param rests          how often a thread was not traced for a while (duty cycle)
 * @param failedLookups  questions about descriptors that /proc did not answer
 */
public record RecordingCounts(long calls, long unaskedCalls, long events, long lost, long rests, long failedLookups) {
    void write(BlockOutput out) {
        out.number(calls);
        out.number(unaskedCalls);
        out.number(events);
        out.number(lost);
        out.number(rests);
        out.number(failedLookups);
    }

    /** What later fields say is passed over. */
    static RecordingCounts read(BlockInput in) throws RecordingException {
        return new RecordingCounts(in.number(), in.number(), in.number(), in.number(), in.number(), in.number());
    }
}
