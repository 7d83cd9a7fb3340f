// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.recording.block.BlockInput;
import dev.renacer.tracer.recording.block.BlockOutput;
import dev.renacer.tracer.recording.block.RecordingException;

/**
 * What a recording says of itself at its beginning: what was captured, and so what can be shown of it.
 *
 * @param renacer      the version of the program that recorded it
 * @param host         the name of its machine; empty: not known
 * @param begunNanos   when, nanoseconds since the epoch
 * @param calls        which calls were asked for, as an argument of -e; empty: all
 * @param bufferLimit  how many bytes of a buffer were read at most
 * @param redacted     whether secrets were taken out
 * @param sources      whether the source of calls was found out
 * @param stacks       whether their stacks were
 * @param several      whether more than one process might be traced
 * @param command      what was traced, as a person would write it; without secrets if they were taken out; empty: not known
 * @param kernel       release and processor of its machine; empty: not known
 */
public record RecordingFacts(
        String renacer,
        String host,
        long begunNanos,
        String calls,
        int bufferLimit,
        boolean redacted,
        boolean sources,
        boolean stacks,
        boolean several,
        String command,
        String kernel) {
    private static final int MOST_BUFFER = 1 << 16;

    /** So much of a command is kept: what tells it from others, and never more than a header has room for. */
    private static final int MOST_COMMAND = 8_192;

    private static final String CUT = "...";

    public RecordingFacts {
        command = command.length() <= MOST_COMMAND ? command : command.substring(0, MOST_COMMAND) + CUT;
    }

    void write(BlockOutput out) {
        out.text(renacer);
        out.text(host);
        out.signed(begunNanos);
        out.text(calls);
        out.number(bufferLimit);
        out.one(bit(redacted, 0) | bit(sources, 1) | bit(stacks, 2) | bit(several, 3));
        out.text(command);
        out.text(kernel);
    }

    /** What later fields say is passed over. */
    static RecordingFacts read(BlockInput in) throws RecordingException {
        String renacer = in.text();
        String host = in.text();
        long begun = in.signed();
        String calls = in.text();
        int bufferLimit = in.upTo(MOST_BUFFER, "the limit of buffers");
        int flags = in.one();
        return new RecordingFacts(
                renacer,
                host,
                begun,
                calls,
                bufferLimit,
                isSet(flags, 0),
                isSet(flags, 1),
                isSet(flags, 2),
                isSet(flags, 3),
                in.hasMore() ? in.text() : "",
                in.hasMore() ? in.text() : "");
    }

    private static int bit(boolean value, int place) {
        return value ? 1 << place : 0;
    }

    private static boolean isSet(int flags, int place) {
        return ((flags >> place) & 1) != 0;
    }
}
