// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What /proc says about a process; if it is gone, only its pid.
 *
 * @param vpid        pid inside its own PID namespace
 * @param parentPid   0 if unknown
 * @param comm        the kernel's name of it
 * @param executable  path as the target sees it
 */
record ProcFacts(int vpid, int parentPid, Optional<String> comm, Optional<String> executable) {
    static ProcFacts read(int pid) {
        Path folder = Path.of("/proc", Integer.toString(pid));
        List<String> status = lines(folder.resolve("status"));
        int vpid = field(status, "NSpid:")
                .map(pids -> pids.substring(pids.lastIndexOf('\t') + 1))
                .map(Integer::valueOf)
                .orElse(pid);
        return new ProcFacts(
                vpid,
                field(status, "PPid:").map(Integer::valueOf).orElse(0),
                field(status, "Name:"),
                link(folder.resolve("exe")));
    }

    private static Optional<String> field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of(); // the process is gone, or its name is not UTF-8: nothing is known then
        }
    }

    private static Optional<String> link(Path file) {
        try {
            return Optional.of(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
            return Optional.empty(); // gone, or a kernel that refuses: the comm names it
        }
    }
}
