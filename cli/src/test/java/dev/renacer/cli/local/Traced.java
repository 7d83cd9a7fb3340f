// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What /proc says of a process under trace. */
public final class Traced {
    private Traced() {}

    /** The pid of its tracer; 0: none. */
    public static long tracerOf(Process process) throws IOException {
        return Long.parseLong(field(process.toHandle(), "TracerPid:"));
    }

    /** A field of /proc/PID/status. */
    public static String field(ProcessHandle process, String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElseThrow();
    }
}
