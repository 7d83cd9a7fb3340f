// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.descriptor.LookupJournal;
import dev.renacer.tracer.descriptor.NameWriter;
import dev.renacer.tracer.output.TextOutput;
import dev.renacer.tracer.recording.RecordedTrace;
import dev.renacer.tracer.recording.RecordingFacts;
import dev.renacer.tracer.recording.TraceRecorder;
import dev.renacer.tracer.redact.Redactor;
import dev.renacer.tracer.source.CallSites;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * From calls and events to a recording, and from a recording to lines of text, on one thread and with the flags of
 * {@code bin/renacer}'s JVM, in the mix of a make that is traced when the benchmark begins.
 */
public class RecordingBench extends TracedMakeBench {
    /** What is done. */
    public enum Step {
        /** Calls and events are written, compressed. */
        RECORD,
        /** The same with what descriptors are, as {@code renacer record} does. */
        RECORD_NAMES,
        /** The recording is read, and given to nobody. */
        READ,
        /** It becomes lines of text. */
        TEXT,
        /** The same with {@code -yy}. */
        TEXT_NAMES
    }

    @Param({"RECORD", "RECORD_NAMES", "READ", "TEXT", "TEXT_NAMES"})
    Step step = Step.RECORD;

    private static final RecordingFacts FACTS =
            new RecordingFacts("bench", "", 0, "", 32, true, false, false, true, "make", "");

    /** A listener that is given what another was given. */
    private interface Delivery {
        void to(TraceListener listener);
    }

    private final List<Delivery> trace = new ArrayList<>();
    private byte[] recording = new byte[0];

    /** Traces a make, and records it once. */
    @Setup
    public void trace() throws Exception {
        TraceListener keeper = new TraceListener() {
            @Override
            public void onCall(SyscallCall call) {
                trace.add(listener -> listener.onCall(call));
            }

            @Override
            public void onEvent(TraceEvent event) {
                trace.add(listener -> listener.onEvent(event));
            }
        };
        SyscallDecoder decoder = new SyscallDecoder(0, new RedactedCalls(Redactor.known(), keeper), CallSites.NONE);
        TracedMake.record().again().drain(decoder::decode, Integer.MAX_VALUE);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record(out, true);
        recording = out.toByteArray();
        System.out.printf(
                "%,d calls and events in %,d bytes, %.1f bytes each%n",
                trace.size(), recording.length, (double) recording.length / trace.size());
    }

    /** Goes through the whole trace once. */
    @Benchmark
    @OperationsPerInvocation(TracedMake.CALLS)
    public long trip() throws IOException {
        return timed(() -> switch (step) {
            case RECORD -> record(OutputStream.nullOutputStream(), false);
            case RECORD_NAMES -> record(OutputStream.nullOutputStream(), true);
            case READ -> replay(_ -> List.of());
            case TEXT -> replay(_ -> List.of(text(NameWriter.NONE)));
            case TEXT_NAMES -> replay(known -> List.of(known, text(NameWriter.of(known, NameWriter.Style.ALL))));
        });
    }

    private static TextOutput text(NameWriter names) {
        return new TextOutput(nowhere(), lines(), names);
    }

    private long record(OutputStream out, boolean names) throws IOException {
        Descriptors descriptors = new Descriptors(Inheritance.NONE, Redactor.NONE);
        try (TraceRecorder recorder =
                new TraceRecorder("nowhere", out, FACTS, descriptors, (_, _) -> Optional.empty(), _ -> {})) {
            Listeners listeners = new Listeners(names ? List.of(descriptors, recorder) : List.of(recorder));
            listeners.onBegin(0);
            for (Delivery delivery : trace) {
                delivery.to(listeners);
            }
            listeners.onEnd();
        }
        return trace.size();
    }

    /** Makes listeners that may ask what descriptors are. */
    private interface Outputs {
        List<TraceListener> of(Descriptors descriptors);
    }

    private long replay(Outputs outputs) throws IOException {
        Descriptors descriptors = Descriptors.replayed(Redactor.NONE);
        Listeners listeners = new Listeners(outputs.of(descriptors));
        return RecordedTrace.open(new ByteArrayInputStream(recording))
                .replay(
                        new RecordedTrace.Receiver() {
                            @Override
                            public TraceListener listener() {
                                return listeners;
                            }

                            @Override
                            public LookupJournal lookups() {
                                return descriptors.replay();
                            }

                            @Override
                            public void named(int pid, int tid, String name) {}

                            @Override
                            public boolean wantsSources() {
                                return false;
                            }

                            @Override
                            public boolean wantsStacks() {
                                return false;
                            }
                        },
                        () -> false)
                .calls();
    }
}
