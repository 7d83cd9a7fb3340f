// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What /proc says about one process. The process itself determines all of it (it names itself, and chooses its
 * program's name): it may be matched, and shown only without control characters.
 */
public final class ProcessFiles {
    /** Appended to the link of a program whose file was deleted. */
    private static final String DELETED = " (deleted)";

    private final Path procfs;

    /** @param procfs  where procfs is mounted */
    public ProcessFiles(Path procfs) {
        this.procfs = procfs;
    }

    /** Its name, unchanged; at most 15 bytes of any value except NUL. Empty if the process is gone. */
    Optional<String> name(int pid) {
        return read(pid, "comm").map(text -> text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
    }

    /** Pid of its parent. Empty if the process is gone. */
    Optional<Integer> parent(int pid) {
        return read(pid, "stat").flatMap(ProcessFiles::parentOf);
    }

    /** Name of its program's file. Empty if the process is gone, is a zombie, or may not be read. */
    Optional<String> program(int pid) {
        return executable(pid).map(path -> path.substring(path.lastIndexOf('/') + 1));
    }

    /** Path of its program's file, as the process sees it. Empty in the same cases as {@link #program}. */
    Optional<String> executable(int pid) {
        try {
            String path = Files.readSymbolicLink(file(pid, "exe")).toString();
            return Optional.of(path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * What a process is, on a first look.
     *
     * @param isProcess  whether the ID is that of a process, not of one of its other threads
     * @param isTraced   whether somebody traces it
     */
    public record Nature(boolean isProcess, boolean isTraced) {}

    /** What it is. Empty if it is gone. */
    public Optional<Nature> nature(int pid) {
        return read(pid, "status")
                .map(status -> new Nature(
                        field(status, "Tgid:").equals(Optional.of(Integer.toString(pid))),
                        field(status, "TracerPid:")
                                .filter(tracer -> !tracer.equals("0"))
                                .isPresent()));
    }

    /** The number of a process or thread in its own PID namespace, by which its program knows it. Empty if it is gone. */
    public Optional<Integer> innerNumber(int id) {
        return read(id, "status")
                .flatMap(status -> field(status, "NSpid:").or(() -> field(status, "Pid:")))
                .map(numbers -> Integer.valueOf(numbers.substring(numbers.lastIndexOf('\t') + 1)));
    }

    /** A line of proc_pid_status(5). */
    private static Optional<String> field(String status, String name) {
        int start = status.indexOf("\n" + name);
        int end = start < 0 ? -1 : status.indexOf('\n', start + 1);
        return end < 0
                ? Optional.empty()
                : Optional.of(status.substring(start + 1 + name.length(), end).strip());
    }

    /** The fourth field of proc_pid_stat(5); the second is the name in parentheses and may contain any character. */
    static Optional<Integer> parentOf(String stat) {
        int name = stat.lastIndexOf(')');
        String[] fields =
                name < 0 ? new String[0] : stat.substring(name + 1).strip().split(" ");
        return fields.length < 2 ? Optional.empty() : Optional.of(Integer.valueOf(fields[1]));
    }

    /** Its threads and the start time of each, in clock ticks since boot. Empty if the process is gone. */
    public Map<Integer, Long> threadStarts(int pid) {
        Map<Integer, Long> starts = new TreeMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(file(pid, "task"))) {
            for (Path thread : threads) {
                int tid = Integer.parseInt(thread.getFileName().toString());
                read(pid, "task/" + tid + "/stat")
                        .flatMap(ProcessFiles::startOf)
                        .ifPresent(start -> starts.put(tid, start));
            }
        } catch (IOException | DirectoryIteratorException e) {
            return starts; // it ended meanwhile, which is not an error
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

    /**
     * Name of the container a process is in, by its mounts: kubelet mounts a file of {@code pods/POD-UID/containers/NAME/} of its own
     * folder into every container, for its termination message (makeMounts of kuberuntime_container.go), whatever the
     * runtime. A process that its runtime is still creating has these mounts once they are made. Only the pod itself
     * could fake another name.
     *
     * @return empty if it is gone, has no such mount (yet), as in a pod's sandbox, or has mounts with several names
     */
    public Optional<String> containerName(int pid, String podUid) {
        String folder = "/pods/" + podUid + "/containers/";
        List<String> names = read(pid, "mountinfo").stream()
                .flatMap(String::lines)
                .flatMap(line -> rootOf(line).stream())
                .filter(root -> root.contains(folder))
                .map(root -> root.substring(root.indexOf(folder) + folder.length()))
                .filter(rest -> rest.indexOf('/') > 0)
                .map(rest -> rest.substring(0, rest.indexOf('/')))
                .distinct()
                .toList();
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    /** The fourth field of proc_pid_mountinfo(5): which folder or file of its filesystem is mounted. */
    private static Optional<String> rootOf(String mount) {
        String[] fields = mount.split(" ", 5);
        return fields.length < 5 ? Optional.empty() : Optional.of(fields[3]);
    }

    private Optional<String> read(int pid, String file) {
        try {
            // Malformed text is replaced: a process may name itself with any bytes.
            return Optional.of(new String(Files.readAllBytes(file(pid, file)), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty(); // gone meanwhile, which is not an error
        }
    }

    private Path file(int pid, String name) {
        return procfs.resolve(Integer.toString(pid)).resolve(name);
    }
}
