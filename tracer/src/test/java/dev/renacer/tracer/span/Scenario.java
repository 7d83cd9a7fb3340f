// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.span;

import dev.renacer.capture.ring.DetachReason;
import dev.renacer.tracer.CapturedData;
import dev.renacer.tracer.CapturedData.Part;
import dev.renacer.tracer.SyscallCall;
import dev.renacer.tracer.SyscallCall.Outcome;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.descriptor.Inheritance;
import dev.renacer.tracer.export.SpanSink;
import dev.renacer.tracer.span.wait.LockWatch;
import dev.renacer.tracer.span.wait.ThreadNames;
import dev.renacer.tracer.syscall.Abi;
import dev.renacer.tracer.syscall.Syscall;
import dev.renacer.tracer.syscall.SyscallTable;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A made-up target: tells an assembler what its processes do, at times counted in microseconds, and keeps the spans.
 */
final class Scenario implements SpanSink {
    static final int GETPPID = 110;
    static final int OPENAT = 257;
    static final int READ = 0;
    static final int EXIT_GROUP = 231;
    static final long EPOCH_NANOS = 1_700_000_000_000_000_000L;

    final List<SpanData> spans = new ArrayList<>();
    final Resource resource = SpanResource.of(Map.of("service.name", "test"));
    final Descriptors descriptors = new Descriptors(Inheritance.NONE);
    final Map<Integer, String> threadNames = new HashMap<>();
    final LockWatch locks = LockWatch.blind();
    final SpanAssembler assembler;
    private long clockNanos = EPOCH_NANOS;

    Scenario(SpanOptions options) {
        this(options, Optional.empty());
    }

    Scenario(SpanOptions options, Optional<SpanContext> parent) {
        ThreadNames threads = new ThreadNames((_, tid) -> Optional.ofNullable(threadNames.get(tid)), () -> clockNanos);
        assembler = new SpanAssembler(resource, parent, this, options, descriptors, threads, locks, () -> clockNanos);
    }

    static long at(long micros) {
        return EPOCH_NANOS + micros * 1_000;
    }

    static TracedProcess process(int pid, int parentPid, String name) {
        return new TracedProcess(pid, pid + 10_000, parentPid, name, Optional.of("/usr/bin/" + name));
    }

    static Syscall syscall(int number) {
        return SyscallTable.instance().lookup(Abi.X86_64, number);
    }

    @Override
    public boolean offer(SpanData span) {
        spans.add(span);
        return true;
    }

    @Override
    public void giveUp() {}

    @Override
    public void overBudget() {}

    @Override
    public Counts counts() {
        return new Counts(spans.size(), spans.size(), 0, 0, 0, 0);
    }

    void start(TracedProcess process, long micros) {
        assembler.onEvent(new TraceEvent.ProcessStarted(
                process, at(micros), process.parentPid() == 0 ? Origin.LAUNCHED : Origin.FORKED));
    }

    void exec(TracedProcess process, long micros) {
        assembler.onEvent(new TraceEvent.ProgramExecuted(process, at(micros)));
    }

    void exit(TracedProcess process, long micros, int code) {
        assembler.onEvent(
                new TraceEvent.ProcessExited(process, at(micros), Optional.of(code), Optional.empty(), false));
    }

    void kill(TracedProcess process, long micros, int signal, boolean core) {
        assembler.onEvent(
                new TraceEvent.ProcessExited(process, at(micros), Optional.empty(), Optional.of(signal), core));
    }

    void detach(TracedProcess process, long micros) {
        assembler.onEvent(new TraceEvent.ProcessDetached(process, at(micros), DetachReason.DEADLINE));
    }

    void call(TracedProcess process, int number, long fromMicros, long toMicros, long result) {
        replay(assembler, process, number, fromMicros, toMicros, result);
    }

    /** A call that returned, told to any assembler. */
    static void replay(
            SpanAssembler assembler, TracedProcess process, int number, long fromMicros, long toMicros, long result) {
        Outcome outcome = result < 0 ? Outcome.FAILED : Outcome.RETURNED;
        assembler.onCall(call(process, number, fromMicros, toMicros, outcome, result, false));
    }

    void tell(SyscallCall call) {
        descriptors.onCall(call);
        assembler.onCall(call);
    }

    static SyscallCall call(
            TracedProcess process,
            int number,
            long fromMicros,
            long toMicros,
            Outcome outcome,
            long result,
            boolean inProgress) {
        return new SyscallCall(
                process,
                process.pid(),
                syscall(number),
                at(fromMicros),
                at(toMicros),
                outcome,
                result,
                new long[] {-100, 0x7000, 0, 0, 0, 0},
                List.of(new CapturedData(
                        1, Part.DATA, 0, false, "/etc/passwd".getBytes(StandardCharsets.UTF_8), false, 0)),
                inProgress,
                Optional.empty());
    }

    void idle(long micros) {
        clockNanos = at(micros);
        assembler.onIdle();
    }

    void end() {
        assembler.onEnd();
    }

    List<SpanData> roots() {
        return spans.stream()
                .filter(span -> span.getName().startsWith("process: "))
                .toList();
    }

    List<SpanData> calls() {
        return spans.stream()
                .filter(span -> span.getName().startsWith("syscall: "))
                .toList();
    }

    SpanData onlyRoot() {
        if (roots().size() != 1) {
            throw new AssertionError("expected one root, have " + roots());
        }
        return roots().getFirst();
    }

    static Optional<Object> attribute(SpanData span, String key) {
        for (Map.Entry<AttributeKey<?>, Object> entry :
                span.getAttributes().asMap().entrySet()) {
            if (entry.getKey().getKey().equals(key)) {
                return Optional.of(entry.getValue());
            }
        }
        return Optional.empty();
    }
}
