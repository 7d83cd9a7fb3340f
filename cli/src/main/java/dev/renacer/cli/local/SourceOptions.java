// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.capture.CaptureOptions;
import dev.renacer.cli.CommandFailure;
import dev.renacer.cli.ExitCode;
import dev.renacer.tracer.source.CallSites;
import dev.renacer.tracer.source.MappedCallSites;
import dev.renacer.tracer.source.SourceCounts;
import dev.renacer.tracer.source.SourceLines;
import dev.renacer.tracer.source.SourceMap;
import dev.renacer.tracer.source.UnwoundCallSites;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether each call is shown with its place in the program's source code. */
final class SourceOptions {
    /**
     * Room for some 250 stacks: small enough to stay in the processor's caches, and each page is touched for the first
     * time only once.
     */
    private static final int SIDE_BYTES = 1 << 21;
    /** Likewise for whole stacks, most of which are as short. */
    private static final int WHOLE_SIDE_BYTES = 1 << 23;

    @Option(
            names = {"-s", "--source"},
            description = "Show where in the program's source each call is made: file, line and function. Needs debug"
                    + " information (gcc -g) for file and line.")
    boolean source;

    @Option(
            names = {"-k", "--stack-trace", "--stack-traces"},
            description = "Show the stack of each call, and of a fault, a frame a line as strace does:"
                    + " > /usr/lib/libc.so.6(write+0x14) [0xf5a84]. JSON has it too.")
    boolean stack;

    @Option(
            names = "--transpiler-map",
            paramLabel = "FILE",
            description =
                    "With -s: show places of generated code as places of the code it was generated from. FILE is its"
                            + " source map: version 3 (app.js.map), or the lines that a transpiler to Rust lists.")
    @Nullable
    String map;

    /** Whether each call is asked for both, to sum up times by function. */
    boolean functions;

    /** Whether calls are to have their place in the source. */
    boolean asksForSources() {
        return source || functions;
    }

    /** Whether they are to have their stacks. */
    boolean asksForStacks() {
        return stack || functions;
    }

    /** The options with the additions that source lines need. */
    CaptureOptions with(CaptureOptions options) {
        if (asksForStacks()) {
            return SourceLines.copiedWhole(options, WHOLE_SIDE_BYTES);
        }
        return source ? SourceLines.copied(options, SIDE_BYTES) : options;
    }

    /**
     * The object that finds out where calls come from.
     *
     * @throws CommandFailure if it is requested but not there, or a source map cannot be used
     */
    CallSites sites() {
        if (map != null && !source && !functions) {
            throw CommandFailure.usage("--transpiler-map changes what -s shows; give -s, too");
        }
        if (!source && !stack && !functions) {
            return CallSites.NONE;
        }
        Optional<SourceMap> mapped = Optional.ofNullable(map).map(SourceMapFile::read);
        CallSites sites = new UnwoundCallSites(
                SourceLines.program().orElseThrow(this::missing), asksForSources(), asksForStacks());
        return mapped.<CallSites>map(lines -> new MappedCallSites(sites, lines)).orElse(sites);
    }

    private CommandFailure missing() {
        String program = System.getProperty(SourceLines.PROGRAM_PROPERTY);
        return new CommandFailure(
                ExitCode.FAILURE,
                (functions ? "--function-time" : source ? "-s" : "-k") + " needs renacer-symbolize, which is missing"
                        + (program == null ? "" : " ('" + program + "')")
                        + "; install libdw1, or build with libdw-dev installed");
    }

    /** What to report at the end if source lines are missing. */
    static Optional<String> loss(SourceCounts counts) {
        if (counts.failed() == 0) {
            return Optional.empty();
        }
        return Optional.of(
                "renacer: no source line or stack for " + counts.failed() + " calls: reading the program's debug"
                        + " information failed (renacer-symbolize was started again " + counts.restarts() + " times)");
    }
}
