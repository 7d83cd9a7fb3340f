// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.nodeagent.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the processes of containers by their cgroup, in one pass over /proc for any number of containers. Never returns
 * pid 1, this process, or a process of this agent's own container; kernel threads are in no pod's cgroup.
 *
 * <p>Thread-safe: passes run one after another.
 */
public final class ProcessFinder {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFinder.class);

    private final Path procfs;
    private final long self;
    private final Optional<ContainerCgroup> own;
    /** Reused: a line is at most as long as a path, and even a v1 system has some fifteen lines. */
    private final byte[] buffer = new byte[16 * 1024];

    /**
     * @param procfs  where procfs is mounted
     * @param self    this process's pid there
     */
    public ProcessFinder(Path procfs, long self) {
        this.procfs = procfs;
        this.self = self;
        this.own = own(procfs.resolve(Long.toString(self)));
    }

    /**
     * The current processes of the wanted containers, and of every container in a pod with an awaited one.
     *
     * @return pids by container, ascending; a container without processes has no entry
     * @throws IOException if procfs cannot be listed, or an existing process cannot be looked at (no descriptor left)
     */
    public synchronized Map<ContainerCgroup, List<Integer>> find(WantedProcesses wanted) throws IOException {
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
                        .filter(container -> wanted.include(container) && !own.equals(Optional.of(container)))
                        .ifPresent(container -> found.computeIfAbsent(container, c -> new ArrayList<>())
                                .add(pid));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        found.values().forEach(pids -> pids.sort(null));
        if (LOG.isDebugEnabled()) {
            LOG.debug(
                    "looked at {} processes for {} containers and {} pods in {} us",
                    seen,
                    wanted.containers().size(),
                    wanted.pods().size(),
                    (System.nanoTime() - start) / 1000);
        }
        return found;
    }

    /** Where procfs is mounted. */
    public Path procfs() {
        return procfs;
    }

    /** This process's own container; empty if it runs in none. */
    public Optional<ContainerCgroup> own() {
        return own;
    }

    /** Where a process or thread is. */
    public sealed interface Place {
        /** It is not there. */
        record Gone() implements Place {}

        /** In this agent's own container, or the very first process: must never be attached to. */
        record Own() implements Place {}

        /** In no pod's container. */
        record Outside() implements Place {}

        /** In a container. */
        record Inside(ContainerCgroup container) implements Place {}
    }

    /** Where a process or thread currently is. */
    public Place place(int pid) {
        if (pid == 1 || pid == self) {
            return new Place.Own();
        }
        try (FileInputStream in = new FileInputStream(procfs + "/" + pid + "/cgroup")) {
            Optional<ContainerCgroup> container =
                    ContainerCgroup.parse(new String(in.readNBytes(buffer.length), ISO_8859_1));
            if (container.isPresent() && container.equals(own)) {
                return new Place.Own();
            }
            return container.<Place>map(Place.Inside::new).orElseGet(Place.Outside::new);
        } catch (IOException e) {
            LOG.trace("{} is gone: {}", pid, e.getMessage());
            return new Place.Gone();
        }
    }

    /**
     * Whether a process belongs to a container now.
     *
     * @return empty if the process is gone
     */
    public Optional<Boolean> belongs(int pid, ContainerCgroup container) {
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

    private Optional<ContainerCgroup> own(Path process) {
        try {
            return read(process).flatMap(ContainerCgroup::parse);
        } catch (IOException e) {
            LOG.warn("the agent cannot see which container is its own: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The process's cgroup text; empty if the process has gone meanwhile, which is not an error.
     *
     * @throws FileNotFoundException if it exists and cannot be opened
     */
    private Optional<String> read(Path process) throws FileNotFoundException {
        try (FileInputStream in = new FileInputStream(process.resolve("cgroup").toString())) {
            int length = in.readNBytes(buffer, 0, buffer.length);
            return Optional.of(new String(buffer, 0, length, ISO_8859_1));
        } catch (FileNotFoundException e) {
            // Without a free descriptor every process would look gone; checking that its name exists needs none.
            if (Files.exists(process.resolve("cgroup"))) {
                throw e;
            }
            return Optional.empty();
        } catch (IOException e) {
            LOG.trace("{} is gone: {}", process, e.getMessage());
            return Optional.empty();
        }
    }
}
