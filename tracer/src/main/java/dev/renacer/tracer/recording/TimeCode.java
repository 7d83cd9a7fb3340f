// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.ThreadTime;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import java.util.Optional;

/** How it is written where the time of a thread went. */
final class TimeCode {
    private TimeCode() {}

    static void write(BlockOutput out, WrittenNames names, CallWriter times, ThreadTime time) {
        out.one(Tag.THREAD_TIME
                | (time.read() ? 0 : Tag.UNREAD)
                | (time.unseenCalls() ? Tag.UNSEEN : 0)
                | (time.lastCall().isPresent() ? Tag.HAS_LAST_CALL : 0));
        names.process(time.process());
        times.time(time.endNanos());
        out.signed(time.tid());
        out.number(time.wallNanos());
        out.number(time.ranNanos());
        out.number(time.delayedNanos());
        out.number(time.throttledNanos());
        out.number(time.stoppedNanos());
        out.number(time.inCallsNanos());
        out.number(time.lateNanos());
        out.number(time.wakingNanos());
        out.number(time.overheadNanos());
        if (time.lastCall().isPresent()) {
            out.number(time.lastCallNanos());
            out.one(Numbered.ABIS.of(time.lastCall().get().abi()));
            out.signed(time.lastCall().get().number());
            out.signed(time.lockOwner());
        }
    }

    /** Reads one whose tag was read. */
    static ThreadTime read(int tag, BlockInput in, ReadNames names, CallReader times) throws RecordingException {
        TracedProcess process = names.process();
        long end = times.time();
        int tid = in.signedInt();
        long wall = nanos(in);
        if (end - wall > end) {
            throw new RecordingException("a thread's time ends before it begins");
        }
        long ran = nanos(in);
        long delayed = nanos(in);
        long throttled = nanos(in);
        long stopped = nanos(in);
        long inCalls = nanos(in);
        long late = nanos(in);
        long waking = nanos(in);
        long overhead = nanos(in);
        boolean hasLast = (tag & Tag.HAS_LAST_CALL) != 0;
        long last = hasLast ? nanos(in) : 0;
        Optional<Syscall> call = hasLast ? Optional.of(call(in)) : Optional.empty();
        int owner = hasLast ? in.signedInt() : 0;
        return new ThreadTime(
                process,
                tid,
                end - wall,
                end,
                ran,
                delayed,
                throttled,
                stopped,
                inCalls,
                last,
                call,
                owner,
                late,
                waking,
                overhead,
                (tag & Tag.UNREAD) == 0,
                (tag & Tag.UNSEEN) != 0);
    }

    private static Syscall call(BlockInput in) throws RecordingException {
        return SyscallTable.instance().lookup(Numbered.ABIS.get(in.one()), in.signedInt());
    }

    private static long nanos(BlockInput in) throws RecordingException {
        long nanos = in.number();
        if (nanos < 0) {
            throw new RecordingException("a thread has spent " + nanos + " ns");
        }
        return nanos;
    }
}
