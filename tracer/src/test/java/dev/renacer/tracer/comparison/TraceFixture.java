// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.comparison;

import dev.renacer.tracer.CallFixture;
import dev.renacer.tracer.TraceEvent;
import dev.renacer.tracer.TraceEvent.Origin;
import dev.renacer.tracer.TracedProcess;
import dev.renacer.tracer.descriptor.Descriptors;
import dev.renacer.tracer.source.SourceLocation;
import dev.renacer.tracer.syscall.ErrnoNames;
import java.util.Optional;

/** A trace in memory: a launched program and what it does. */
final class TraceFixture {
    private static final int ROOT = 100;

    /** Looks nowhere but at the calls. */
    private final Descriptors descriptors = Descriptors.incomplete();

    private final TraceProfile profile = new TraceProfile(descriptors);
    private long now = 1_000_000;

    /** The launched program. */
    TraceFixture(String name) {
        descriptors.onBegin(0);
        event(new TraceEvent.ProcessStarted(process(ROOT, 1, "renacer"), now, Origin.LAUNCHED));
        event(new TraceEvent.ProgramExecuted(process(ROOT, 1, name), now));
    }

    static TracedProcess process(int pid, int parent, String name) {
        return new TracedProcess(pid, pid, parent, name, Optional.of("/usr/bin/" + name));
    }

    static TracedProcess root() {
        return process(ROOT, 1, "demo");
    }

    TraceFixture event(TraceEvent event) {
        descriptors.onEvent(event);
        profile.onEvent(event);
        return this;
    }

    TraceFixture fork(int parent, int pid) {
        return event(new TraceEvent.ProcessStarted(process(pid, parent, "demo"), now, Origin.FORKED, parent, parent));
    }

    TraceFixture exec(int pid, String name) {
        return event(new TraceEvent.ProgramExecuted(process(pid, ROOT, name), now));
    }

    TraceFixture call(CallFixture call) {
        now += 1_000_000;
        var built = call.at(now).build();
        descriptors.onCall(built);
        profile.onCall(built);
        return this;
    }

    /** An openat(2) that took so long. */
    TraceFixture open(String path, long nanos) {
        return call(opening(path).nanos(nanos).returns(3));
    }

    TraceFixture fail(String path, String errno) {
        return call(opening(path).fails(ErrnoNames.number(errno)));
    }

    TraceFixture openAt(String function, String path, long nanos) {
        return call(opening(path)
                .nanos(nanos)
                .returns(3)
                .source(new SourceLocation(Optional.of(function), Optional.of("/src/demo.c"), 7)));
    }

    private static CallFixture opening(String path) {
        return CallFixture.call("openat").process(root()).args(-100, 0x1000).string(1, path);
    }

    TraceProfile end() {
        profile.onEnd();
        return profile;
    }
}
