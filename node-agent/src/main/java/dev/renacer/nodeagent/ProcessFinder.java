// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes of containers by their cgroup: one pass over /proc for any number of containers. Never returns
 * pid 1, this process, or a process of this agent's own container; kernel threads are in no pod's cgroup.
 *
 * <p>Thread-safe: passes follow one another.
 */
final class ProcessFinder {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFinder.class);

    private final Path procfs;
    private final long self;
    private final Optional<ContainerCgroup> own;
    /** Reused: a line is at most a path long, and even a v1 system has some fifteen lines. */
    private final byte[] buffer = new byte[16 * 1024];

    /**
     * @param procfs  where procfs is mounted
     * @param self    this process's pid there
     */
    ProcessFinder(Path procfs, long self) {
        this.procfs = procfs;
        this.self = self;
        this.own = read(procfs.resolve(Long.toString(self))).flatMap(ContainerCgroup::parse);
    }

    /**
     * The processes of the wanted containers now.
     *
     * @return pids by container, ascending; a container without processes has no entry
     * @throws IOException if procfs cannot be listed
     */
    synchronized Map<ContainerCgroup, List<Integer>> find(Set<ContainerCgroup> wanted) throws IOException {
        Map<ContainerCgroup, List<Integer>> found = new HashMap<>();
        if (wanted.isEmpty()) {
            return found;
        }
        long start = System.nanoTime();
        int seen = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(procfs, ProcessFinder::isProcess)) {
            for (Path entry : entries) {
                seen++;
                int pid = Integer.parseInt(entry.getFileName().toString());
                if (pid == 1 || pid == self) {
                    continue;
                }
                read(entry)
                        .flatMap(ContainerCgroup::parse)
                        .filter(container -> wanted.contains(container) && !own.equals(Optional.of(container)))
                        .ifPresent(container -> found.computeIfAbsent(container, c -> new ArrayList<>())
                                .add(pid));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.values().forEach(pids -> pids.sort(null));
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "looked at {} processes for {} containers in {} us",
                    seen,
                    wanted.size(),
                    (System.nanoTime() - start) / 1000);
        }
        return found;
    }

    /** This process's own container; empty if it runs in none. */
    Optional<ContainerCgroup> own() {
        return own;
    }

    /**
     * Whether a process belongs to a container now.
     *
     * @return empty if the process is gone
     */
    Optional<Boolean> belongs(int pid, ContainerCgroup container) {
        try {
            String text = Files.readString(procfs.resolve(Integer.toString(pid)).resolve("cgroup"), ISO_8859_1);
            return Optional.of(ContainerCgroup.parse(text).equals(Optional.of(container)));
        } catch (IOException e) {
            LOG.trace("{} is gone: {}", pid, e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isProcess(Path entry) {
        String name = entry.getFileName().toString();
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** The process's cgroup text; empty if the process is gone meanwhile, which is no error. */
    private Optional<String> read(Path process) {
        try (FileInputStream in = new FileInputStream(process.resolve("cgroup").toString())) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            return Optional.of(new String(buffer, 0, length, ISO_8859_1));
        } catch (IOException e) {
            LOG.trace("{} is gone: {}", process, e.getMessage());
            return Optional.empty();
        }
    }
}
