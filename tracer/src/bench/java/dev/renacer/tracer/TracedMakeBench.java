// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import com.sun.management.OperatingSystemMXBean;
import dev.renacer.tracer.output.LineStyle;
import dev.renacer.tracer.output.PidPrefix;
import dev.renacer.tracer.output.ReportStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How often a second something is done with the calls of {@link TracedMake}, on one thread and with the flags of
 * {@code bin/renacer}'s JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public abstract class TracedMakeBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private long calls;
    private long nanos;

    /** Goes through the calls once. */
    @FunctionalInterface
    interface Trip<E extends Exception> {
        long make() throws E;
    }

    /** Takes note of the CPU time that this takes. */
    final <E extends Exception> long timed(Trip<E> trip) throws E {
        long start = THREADS.getCurrentThreadCpuTime();
        long done = trip.make();
        nanos += THREADS.getCurrentThreadCpuTime() - start;
        calls += TracedMake.CALLS;
        return done;
    }

    /** Likewise, of all threads of the JVM: of its collector, its compiler, and of whoever helps. */
    final <E extends Exception> long timedByProcess(Trip<E> trip) throws E {
        long start = PROCESS.getProcessCpuTime();
        long done = trip.make();
        nanos += PROCESS.getProcessCpuTime() - start;
        calls += TracedMake.CALLS;
        return done;
    }

    /** Says how many calls a second of CPU time makes: on a machine that has other work the score is far less. */
    @TearDown(Level.Iteration)
    public void tell() {
        System.out.printf("%,.0f/s of CPU; ", calls / (nanos / 1e9));
        calls = 0;
        nanos = 0;
    }

    /** Where lines go that nobody reads. */
    static ReportStream nowhere() {
        return new ReportStream("nowhere", OutputStream.nullOutputStream(), _ -> {});
    }

    /** As {@code renacer -f -o FILE} writes them. */
    static LineStyle lines() {
        return new LineStyle(PidPrefix.ALWAYS, LineStyle.Clock.NONE, false, false, 0);
    }
}
