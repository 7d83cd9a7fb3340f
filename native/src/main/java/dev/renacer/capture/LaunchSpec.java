// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/**
 * A program to launch under trace. It gets the environment, working directory, descriptors, limits, signal mask and
 * dispositions that {@code inherited} describes: what the user's shell would have given it.
 *
 * @param file       path of the program, already searched for in PATH
 * @param arguments  its argument vector, argument 0 included
 * @param inherited  the state the launcher recorded before the JVM changed it; empty: this process's own
 * @param charset    encodes file and arguments as the bytes that the program gets
 * @param filtered   if the plan skips calls, the program gets a seccomp filter that saves the stops of those calls;
 *     {@link CaptureSession#bindsLaunched()} describes the price. Only takes effect if children are followed and the
 *     slowdown is not bounded
 */
public record LaunchSpec(
        String file, List<String> arguments, Optional<String> inherited, Charset charset, boolean filtered) {
    public LaunchSpec {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("arguments is empty, argument 0 is required");
        }
    }

    /** Without a filter. */
    public LaunchSpec(String file, List<String> arguments, Optional<String> inherited, Charset charset) {
        this(file, arguments, inherited, charset, false);
    }

    /** The same with a seccomp filter. */
    public LaunchSpec withFilter() {
        return new LaunchSpec(file, arguments, inherited, charset, true);
    }

    /** File and arguments as this JVM decoded them, by the locale; bytes that the locale cannot decode are lost. */
    public LaunchSpec(String file, List<String> arguments, Optional<String> inherited) {
        this(file, arguments, inherited, Charset.forName(System.getProperty("sun.jnu.encoding")));
    }
}
