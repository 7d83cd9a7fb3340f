// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What /proc tells of one process. All of it is the process's own word (it names itself, and chooses its program's
 * name): to be matched and shown, shown only without control characters.
 */
final class ProcessFiles {
    /** Appended to the link of a program whose file was deleted. */
    private static final String DELETED = " (deleted)";

    private final Path procfs;

    ProcessFiles(Path procfs) {
        this.procfs = procfs;
    }

    /** Its name, as it is; at most 15 bytes, which may be any but NUL. Empty if the process is gone. */
    Optional<String> name(int pid) {
        return read(pid, "comm").map(text -> text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    /** Pid of its parent. Empty if the process is gone. */
    Optional<Integer> parent(int pid) {
        return read(pid, "stat").flatMap(ProcessFiles::parentOf);
    }

    /** Name of its program's file. Empty if the process is gone, a zombie, or may not be asked. */
    Optional<String> program(int pid) {
        try {
            String path = Files.readSymbolicLink(file(pid, "exe")).toString();
            String name = path.substring(path.lastIndexOf('/') + 1);
            return Optional.of(name.endsWith(DELETED) ? name.substring(0, name.length() - DELETED.length()) : name);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The fourth field of proc_pid_stat(5); the second is the name in parentheses and may hold any character. */
    static Optional<Integer> parentOf(String stat) {
        int name = stat.lastIndexOf(')');
        String[] fields =
                name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
        return fields.length < 2 ? Optional.empty() : Optional.of(Integer.valueOf(fields[1]));
    }

    /** Its threads, and when each started, in clock ticks since boot. Empty if the process is gone. */
    Map<Integer, Long> threadStarts(int pid) {
        Map<Integer, Long> starts = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(file(pid, "task"))) {
            for (Path thread : threads) {
                int tid = Integer.parseInt(thread.getFileName().toString());
                read(pid, "task/" + tid + "/stat")
                        .flatMap(ProcessFiles::startOf)
                        .ifPresent(start -> starts.put(tid, start));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return starts; // it ended meanwhile, which is no error
        }
        return starts;
    }

    /** The 22nd field of proc_pid_stat(5). */
    static Optional<Long> startOf(String stat) {
        int name = stat.lastIndexOf(')');
        String[] fields =
                name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
        return fields.length < 20 ? Optional.empty() : Optional.of(Long.valueOf(fields[19]));
    }

    private Optional<String> read(int pid, String file) {
        try {
            // Malformed text is replaced: a process may name itself with any bytes.
            return Optional.of(new String(Files.readAllBytes(file(pid, file)), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty(); // gone meanwhile, which is no error
        }
    }

    private Path file(int pid, String name) {
        return procfs.resolve(Integer.toString(pid)).resolve(name);
    }
}
