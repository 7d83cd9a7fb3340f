// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.recording.block.BlockReader;
import dev.renacer.tracer.recording.block.RecordingException;
import java.util.Optional;

/** What is missing of a trace since blocks of its file are damaged: counted, and told where it is missing. Not thread-safe. */
final class Gaps {
    private Optional<String> first = Optional.empty();
    private int places;
    private long bytes;
    private long blocks;
    private long calls;
    private long others;
    /** What is not told yet. */
    private long untold;

    /** Of what was replayed last. */
    private Optional<TracedProcess> process = Optional.empty();

    private long nanos;

    /** Takes note of a gap, of which it is not known yet what was in it. */
    void add(RecordingException why, BlockReader.Gap gap) {
        first = first.or(() -> Optional.of(String.valueOf(why.getMessage())));
        places++;
        bytes += gap.bytes();
        blocks += gap.blocks();
    }

    boolean any() {
        return places > 0;
    }

    /**
     * Takes note of how much is missing up to here.
     *
     * @param callsMissing   of the whole trace up to here, all gaps together
     * @param othersMissing  likewise
     * @throws RecordingException if there is more than there was
     */
    void lostBefore(long callsMissing, long othersMissing) throws RecordingException {
        if (callsMissing < calls || othersMissing < others) {
            throw new RecordingException("it says that less was in front of it than there was");
        }
        untold += callsMissing - calls + othersMissing - others;
        calls = callsMissing;
        others = othersMissing;
    }

    /** Whether just that is missing. */
    boolean explain(long callsMissing, long othersMissing) {
        return callsMissing == calls && othersMissing == others;
    }

    /** Takes note of whom something is replayed of. */
    void seen(TracedProcess of, long atNanos) {
        process = Optional.of(of);
        nanos = atNanos;
    }

    /** Says how much is missing, of the process that was replayed last; not yet if there was none. */
    void tell(RecordedTrace.Receiver receiver) {
        if (untold == 0) {
            return;
        }
        if (process.isPresent()) {
            receiver.listener().onEvent(new TraceEvent.EventsLost(process.get(), nanos, untold));
            untold = 0;
        }
        receiver.lookups().interrupted();
    }

    /** Says it where nothing was replayed before, of the first process that is. */
    void tellFirst(RecordedTrace.Receiver receiver, TracedProcess of, long atNanos) {
        if (untold > 0) {
            receiver.listener().onEvent(new TraceEvent.EventsLost(of, atNanos, untold));
            untold = 0;
        }
    }

    Optional<Ending.Lost> told() {
        return first.map(why -> new Ending.Lost(why, places, bytes, blocks, calls, others));
    }
}
