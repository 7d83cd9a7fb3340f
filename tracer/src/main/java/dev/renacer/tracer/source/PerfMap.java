// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.source;

import dev.renacer.capture.UnwinderProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file in which a program names code that it generates while it runs: {@code /tmp/perf-PID.map} as the process sees
 * it, with the pid that it has in its own pid namespace (perf's convention; Node, CPython and HotSpot write it if asked
 * to). A stranger wrote it, so only the confined unwinder reads it; this class finds it and looks at its size.
 */
final class PerfMap {
    private static final String NAMESPACE_PIDS = "NSpid:";

    private PerfMap() {}

    /**
     * Opens it; {@link UnwinderProcess#NO_FILE}: there is none, or it belongs to another user, who could write anything
     * into it.
     */
    static int open(ProgramCode code) {
        Optional<String> path = path(code.pid());
        if (path.isEmpty()) {
            return UnwinderProcess.NO_FILE;
        }
        int file = UnwinderProcess.openInRoot(code.pid(), path.get(), false);
        if (file != UnwinderProcess.NO_FILE && !isOwned(file, code.pid())) {
            UnwinderProcess.closeFile(file);
            return UnwinderProcess.NO_FILE;
        }
        return file;
    }

    /** Its current size in bytes; -1: there is none. */
    static long size(ProgramCode code) {
        int file = open(code);
        if (file == UnwinderProcess.NO_FILE) {
            return -1;
        }
        try {
            return Files.size(opened(file));
        } catch (IOException e) {
            return -1; // what cannot be looked at has no size
        } finally {
            UnwinderProcess.closeFile(file);
        }
    }

    private static Optional<String> path(int pid) {
        try {
            return namespacePid(Files.readString(Path.of("/proc", Integer.toString(pid), "status")))
                    .map(own -> "/tmp/perf-" + own + ".map");
        } catch (IOException e) {
            return Optional.empty(); // the process is gone
        }
    }

    /** The pid in the innermost namespace, from the text of /proc/PID/status. */
    static Optional<String> namespacePid(String status) {
        return status.lines()
                .filter(line -> line.startsWith(NAMESPACE_PIDS))
                .map(line -> line.substring(line.lastIndexOf('\t') + 1).strip())
                .findFirst();
    }

    /** Whether it belongs to the process's user or to root. */
    private static boolean isOwned(int file, int pid) {
        try {
            Object owner = Files.getAttribute(opened(file), "unix:uid");
            return Integer.valueOf(0).equals(owner)
                    || owner.equals(Files.getAttribute(Path.of("/proc", Integer.toString(pid)), "unix:uid"));
        } catch (IOException e) {
            return false;
        }
    }

    private static Path opened(int file) {
        return Path.of("/proc/self/fd", Integer.toString(file));
    }
}
