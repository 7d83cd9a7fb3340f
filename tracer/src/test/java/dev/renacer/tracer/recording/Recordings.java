// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.recording;

import dev.renacer.tracer.RecordingListener;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceListener;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.path.RealPaths;
import dev.renacer.tracer.redact.Redactor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Recordings in memory. */
final class Recordings {
    static final long EPOCH_OFFSET = 1_700_000_000_000_000_000L;
    static final RecordingFacts FACTS = facts("make all");

    private Recordings() {}

    static RecordingFacts facts(String command) {
        return new RecordingFacts(
                "1.2.3", "host", EPOCH_OFFSET, "trace=file", 32, true, true, true, true, command, "Linux 6.12");
    }

    /** The file of a trace. */
    static byte[] of(Consumer<TraceListener> trace) {
        return of(FACTS, trace);
    }

    static byte[] of(RecordingFacts facts, Consumer<TraceListener> trace) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record(out, facts, (_, _) -> Optional.empty(), _ -> {}, trace);
        return out.toByteArray();
    }

    /** Records a trace, whatever becomes of the file. */
    static void record(
            OutputStream out, ThreadNaming names, Consumer<String> complaints, Consumer<TraceListener> trace) {
        record(out, FACTS, names, complaints, trace);
    }

    private static void record(
            OutputStream out,
            RecordingFacts facts,
            ThreadNaming names,
            Consumer<String> complaints,
            Consumer<TraceListener> trace) {
        Descriptors descriptors = new Descriptors(Inheritance.NONE, Redactor.NONE);
        try (TraceRecorder recorder = new TraceRecorder("t.rnc", out, facts, descriptors, names, complaints)) {
            recorder.onBegin(EPOCH_OFFSET);
            trace.accept(recorder);
            recorder.onEnd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replays a file. */
    static Seen replay(byte[] file) throws IOException {
        Seen seen = new Seen();
        seen.ending = RecordedTrace.open(new ByteArrayInputStream(file)).replay(seen, () -> false);
        return seen;
    }

    /** Asks for everything that is recorded. */
    interface Curious extends RecordedTrace.Receiver {
        @Override
        default boolean wantsSources() {
            return true;
        }

        @Override
        default boolean wantsStacks() {
            return true;
        }
    }

    /** Keeps what was replayed. */
    static final class Seen implements Curious, LookupJournal {
        final RecordingListener trace = new RecordingListener();
        final List<Object> lookups = new ArrayList<>();
        final List<String> names = new ArrayList<>();
        Ending ending = new Ending(0, Optional.empty(), Optional.empty(), Optional.empty());

        List<SyscallCall> calls() {
            return trace.calls();
        }

        List<TraceEvent> events() {
            return trace.events();
        }

        @Override
        public TraceListener listener() {
            return trace;
        }

        @Override
        public LookupJournal lookups() {
            return this;
        }

        @Override
        public void named(int pid, int tid, String name) {
            names.add(pid + " " + tid + " " + name);
        }

        @Override
        public void inherited(Inheritance inheritance) {
            lookups.add(List.of(inheritance.descriptors(), inheritance.folder()));
        }

        @Override
        public void asked(Asked question) {
            lookups.add(question);
        }

        @Override
        public void answered(Answered answer) {
            lookups.add(answer);
        }

        @Override
        public void followed(Optional<RealPaths.Real> led) {
            lookups.add(led);
        }
    }
}
