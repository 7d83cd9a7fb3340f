// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.output.perfetto;

import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.output.protobuf.ProtoMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The tracks of the processes and threads that are alive; those of others are forgotten, as their numbers may mean
 * others later. Not thread-safe.
 */
final class Tracks {
    /** The first number is that of the counter. */
    static final long COUNTER = 1;

    private final PacketStream packets;
    private final ProtoMessage track = new ProtoMessage();
    private final ProtoMessage detail = new ProtoMessage();
    private final Map<Integer, ProcessTracks> processes = new HashMap<>();

    private final Set<Integer> fresh = new HashSet<>();
    private long last = COUNTER;

    /** A process's own track, and those of its threads by their numbers. */
    private record ProcessTracks(long uuid, Map<Integer, Long> threads) {}

    Tracks(PacketStream packets) {
        this.packets = packets;
    }

    /** The track of a thread, which is described to the reader if it is new. */
    long thread(TracedProcess process, int tid) {
        ProcessTracks known = processes.get(process.pid());
        if (known == null) {
            known = new ProcessTracks(++last, new HashMap<>());
            processes.put(process.pid(), known);
            describe(known.uuid(), process);
        }
        Long uuid = known.threads().get(tid);
        if (uuid == null) {
            uuid = ++last;
            known.threads().put(tid, uuid);
            fresh.add(tid);
            detail.clear().number(Fields.Track.THREAD_PID, process.pid()).number(Fields.Track.THREAD_TID, tid);
            write(track.clear().number(Fields.Track.UUID, uuid).message(Fields.Track.THREAD, detail));
        }
        return uuid;
    }

    /** Whether this is asked for the first time for a thread that has a track. */
    boolean isFresh(int tid) {
        return fresh.remove(tid);
    }

    /**
     * A process has another name: it runs another program. It is told on the same track, since an importer takes a second track of this
     * number for another process; so the whole process is shown by its last name.
     */
    void rename(TracedProcess process) {
        ProcessTracks known = processes.get(process.pid());
        if (known != null) {
            describe(known.uuid(), process);
        }
    }

    void forgetThread(int pid, int tid) {
        ProcessTracks known = processes.get(pid);
        if (known != null) {
            known.threads().remove(tid);
        }
        fresh.remove(tid);
    }

    void forgetProcess(int pid) {
        ProcessTracks gone = processes.remove(pid);
        if (gone != null) {
            fresh.removeAll(gone.threads().keySet());
        }
    }

    private void describe(long uuid, TracedProcess process) {
        detail.clear().number(Fields.Track.PROCESS_PID, process.pid());
        process.executable().ifPresent(path -> detail.text(Fields.Track.PROCESS_COMMAND, path));
        detail.text(Fields.Track.PROCESS_NAME, process.name());
        write(track.clear().number(Fields.Track.UUID, uuid).message(Fields.Track.PROCESS, detail));
    }

    /** Describes the track of the calls in flight. */
    void counter(long stepNanos) {
        detail.clear().number(Fields.Track.COUNTER_UNIT, Fields.Track.UNIT_COUNT);
        write(track.clear()
                .number(Fields.Track.UUID, COUNTER)
                .text(Fields.Track.NAME, "calls in flight")
                .text(Fields.Track.DESCRIPTION, "calls that have begun and not ended, every " + stepNanos + " ns")
                .message(Fields.Track.COUNTER, detail));
    }

    private void write(ProtoMessage descriptor) {
        packets.begin().message(Fields.Packet.TRACK_DESCRIPTOR, descriptor);
        packets.end(Fields.NEEDS_INCREMENTAL_STATE);
    }
}
