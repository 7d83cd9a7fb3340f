// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.AffinityJournal;
import dev.renacer.capture.CaptureException;
import dev.renacer.capture.CaptureOptions;
import dev.renacer.capture.OnExceeded;
import dev.renacer.capture.plan.CapturePlan;
import dev.renacer.capture.ring.RingPolicy;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How processes are traced, whatever is shown of them. */
final class TracingOptions {
    private static final int RING_EVENTS = 1 << 16;
    private static final int SIDE_BYTES = 1 << 24;
    /** PATH_MAX of linux/limits.h: no path is cut. */
    private static final int STRING_LIMIT = 4096;

    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(5);

    @Option(
            names = {"-f", "--follow-forks"},
            description =
                    "Also trace the processes it starts. Threads are always traced. Given twice (-ff), the trace of"
                            + " each thread is written to a file of its own, FILE.TID of -o FILE.")
    boolean[] followForks = {};

    @Option(
            names = "--seccomp-bpf",
            description = "Let a seccomp filter stop the program only at the calls of -e: all others then cost next to"
                    + " nothing. Needs -f. The filter needs its tracer: the program and everything it starts end"
                    + " with renacer.")
    boolean seccompFilter;

    @Option(
            names = "--max-slowdown",
            paramLabel = "PERCENT",
            description =
                    "How much the program, or one of its processes, may be slowed down over a second; 100 means twice"
                            + " as slow. Beyond that the trace ends, or what --on-exceeded says happens.")
    @Nullable
    Integer maxSlowdownPercent;

    @Option(
            names = "--on-exceeded",
            paramLabel = "detach|dutycycle",
            description = "What happens beyond it: the program is detached (detach, the default), or the threads of the"
                    + " process beyond the bound are traced only part of the time (dutycycle).")
    String onExceeded = "detach";

    @Option(
            names = "--colocate",
            description = "Keep threads that make many calls on one CPU with their tracer: far less slowdown if the"
                    + " scheduler would keep them apart. The program sees its own affinity, and gets it back.")
    boolean colocate;

    /**
     * Whether each thread's lines go to a file of their own.
     *
     * @throws CommandFailure if -f is given too often
     */
    boolean eachThread() {
        if (followForks.length > 2) {
            throw CommandFailure.usage("-f is given " + followForks.length
                    + " times; -f follows the processes a program starts, -ff writes a file for each thread");
        }
        return followForks.length == 2;
    }

    /** Whether processes that a traced one starts are traced, too. */
    boolean follows() {
        return followForks.length >= 1;
    }

    /**
     * How a plan is carried out.
     *
     * @param bufferLimit  how many bytes are read of a buffer
     * @param window       how long the trace lasts at most
     * @throws CommandFailure if options make no sense
     */
    CaptureOptions options(CapturePlan plan, int bufferLimit, Optional<Duration> window) {
        return new CaptureOptions(
                        plan,
                        RingPolicy.BLOCK,
                        RING_EVENTS,
                        SIDE_BYTES,
                        STRING_LIMIT,
                        follows(),
                        window,
                        Optional.of(HEARTBEAT_TIMEOUT))
                .withBuffers(bufferLimit)
                .withMaxSlowdown(bound(), answer());
    }

    /** These options, with the journal of --colocate; also repairs what a killed tracer has left behind. */
    CaptureOptions colocated(CaptureOptions options) {
        return journal().map(options::colocated).orElse(options);
    }

    /**
     * The target, with the filter of --seccomp-bpf.
     *
     * @throws CommandFailure if it cannot have one
     */
    TraceTarget filtered(TraceTarget whom) {
        if (!seccompFilter) {
            return whom;
        }
        if (!(whom instanceof TraceTarget.Program program)) {
            throw CommandFailure.usage("--seccomp-bpf is for a program that renacer starts; leave it out with -p");
        }
        if (!follows()) {
            throw CommandFailure.usage("--seccomp-bpf needs -f: children also have the filter, and it needs a tracer");
        }
        if (maxSlowdownPercent != null) {
            throw CommandFailure.usage(
                    "--seccomp-bpf and --max-slowdown exclude each other: a program with the filter cannot be"
                            + " detached");
        }
        return new TraceTarget.Program(program.spec().withFilter());
    }

    private OptionalInt bound() {
        if (maxSlowdownPercent != null && maxSlowdownPercent < 1) {
            throw CommandFailure.usage(
                    "--max-slowdown " + maxSlowdownPercent + " is not a bound; give at least 1 (percent)");
        }
        return maxSlowdownPercent == null ? OptionalInt.empty() : OptionalInt.of(maxSlowdownPercent);
    }

    private OnExceeded answer() {
        return switch (onExceeded) {
            case "detach" -> OnExceeded.DETACH;
            case "dutycycle" -> {
                if (maxSlowdownPercent == null) {
                    throw CommandFailure.usage("--on-exceeded dutycycle needs a bound; give --max-slowdown PERCENT");
                }
                yield OnExceeded.DUTY_CYCLE;
            }
            default ->
                throw CommandFailure.usage("--on-exceeded " + onExceeded + " is unknown; there are detach, dutycycle");
        };
    }

    /** Repairs what a killed tracer has left behind, and names the journal of this one if it is to co-locate. */
    private Optional<Path> journal() {
        try {
            Path directory = AffinityJournal.directory(System.getenv());
            int restored = AffinityJournal.recover(directory);
            if (restored > 0) {
                System.err.println("renacer: gave " + restored
                        + " threads back the CPUs from which a killed tracer had kept them");
            }
            return colocate ? Optional.of(AffinityJournal.fresh(directory)) : Optional.empty();
        } catch (IOException e) {
            if (!colocate) {
                return Optional.empty(); // nothing of ours can lie where we cannot look
            }
            throw new CommandFailure(
                    ExitCode.FAILURE,
                    "--colocate: cannot keep the journal of moved threads: " + e.getMessage()
                            + "; set XDG_RUNTIME_DIR to a directory of yours");
        } catch (CaptureException e) {
            throw ExitCodes.of(e);
        }
    }
}
