// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.CaptureOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What is needed to find out where calls come from: copies of stacks, and the program that unwinds them. */
public final class SourceLines {
    /** System property with the path of renacer-symbolize; launchers and the agent's image set it. */
    public static final String PROGRAM_PROPERTY = "renacer.symbolizer";

    private static final int STACK_BYTES = 8_192;
    /** As much as the capture can copy: those of most programs are shorter as a whole. */
    private static final int WHOLE_STACK_BYTES = 32_768;

    private SourceLines() {}

    /**
     * The options with copies of stacks.
     *
     * @param sideBytes  size of the side area, a power of two: 1 MiB holds some 120 stacks
     */
    public static CaptureOptions copied(CaptureOptions options, int sideBytes) {
        return options.withStacks(STACK_BYTES, sideBytes);
    }

    /** Likewise with copies that are long enough for most whole stacks. */
    public static CaptureOptions copiedWhole(CaptureOptions options, int sideBytes) {
        return options.withStacks(WHOLE_STACK_BYTES, sideBytes);
    }

    /** The program that unwinds them; empty if it does not exist. */
    public static Optional<Path> program() {
        return Optional.ofNullable(System.getProperty(PROGRAM_PROPERTY))
                .map(Path::of)
                .filter(Files::isExecutable);
    }
}
