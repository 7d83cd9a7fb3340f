// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.descriptor;

import dev.renacer.tracer.descriptor.address.SocketProtocol;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Descriptors in /proc. Only links and tables of the kernel's own are read: nothing here opens a file of the process or
 * asks its file systems.
 */
final class ProcDescriptors implements DescriptorSource {
    private static final String DELETED = " (deleted)";
    private static final String ANONYMOUS = "anon_inode:";
    private static final String MEMORY = "/memfd:";
    /** What Java puts in the place of bytes that the locale cannot decode: such a name is not known. */
    private static final char UNDECODED = '\ufffd';

    private final Path proc;

    ProcDescriptors(Path proc) {
        this.proc = proc;
    }

    @Override
    public Optional<Descriptor> descriptor(int pid, int number) {
        Path folder = folderOf(pid);
        return link(folder.resolve("fd").resolve(Integer.toString(number))).flatMap(link -> of(link, root(folder)));
    }

    @Override
    public Map<Integer, Descriptor> descriptors(int pid) {
        Map<Integer, Descriptor> found = new HashMap<>();
        Path folder = folderOf(pid);
        String root = root(folder);
        try (DirectoryStream<Path> numbers = Files.newDirectoryStream(folder.resolve("fd"))) {
            for (Path number : numbers) {
                link(number)
                        .flatMap(link -> of(link, root))
                        .ifPresent(what ->
                                found.put(Integer.valueOf(number.getFileName().toString()), what));
            }
        } catch (IOException | DirectoryIteratorException _) {
            // The process is gone or may not be looked at: what was read until then is right.
        }
        return found;
    }

    @Override
    public Optional<Descriptor> folder(int pid) {
        Path folder = folderOf(pid);
        return link(folder.resolve("cwd")).flatMap(link -> of(link, root(folder)));
    }

    @Override
    public Map<Long, Descriptor.Socket> sockets(int pid, Set<Long> inodes) {
        return new SocketTables(folderOf(pid).resolve("net")).find(inodes);
    }

    private Path folderOf(int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    /** The root folder, as this process sees it; {@code /} for a container, whose mounts this process does not see. */
    private static String root(Path folder) {
        return link(folder.resolve("root")).orElse("/");
    }

    private static Optional<String> link(Path link) {
        try {
            String text = Files.readSymbolicLink(link).toString();
            return text.indexOf(UNDECODED) >= 0 ? Optional.empty() : Optional.of(text);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** What a link says; empty if that is the path of a file outside of the process's root folder. */
    static Optional<Descriptor> of(String link, String root) {
        if (link.startsWith("/")) {
            boolean deleted = link.endsWith(DELETED);
            String path = deleted ? link.substring(0, link.length() - DELETED.length()) : link;
            if (deleted && path.startsWith(MEMORY)) {
                return Optional.of(new Descriptor.Memory(path.substring(MEMORY.length())));
            }
            return within(path, root).map(inside -> new Descriptor.File(inside, deleted));
        }
        if (link.startsWith(ANONYMOUS)) {
            return Optional.of(new Descriptor.Anonymous(link.substring(ANONYMOUS.length())));
        }
        long inode = inode(link);
        if (inode != 0 && link.startsWith("pipe:")) {
            return Optional.of(new Descriptor.Pipe(inode));
        }
        if (inode != 0 && link.startsWith("socket:")) {
            return Optional.of(
                    new Descriptor.Socket(SocketProtocol.UNKNOWN, inode, Optional.empty(), Optional.empty()));
        }
        return Optional.of(new Descriptor.Other(link));
    }

    private static Optional<String> within(String path, String root) {
        if (root.equals("/")) {
            return Optional.of(path);
        }
        if (path.equals(root)) {
            return Optional.of("/");
        }
        return path.startsWith(root + "/") ? Optional.of(path.substring(root.length())) : Optional.empty();
    }

    /** The number in {@code pipe:[123]}; 0 if there is none. */
    private static long inode(String link) {
        int open = link.indexOf(":[");
        if (open < 0 || !link.endsWith("]")) {
            return 0;
        }
        try {
            return Long.parseLong(link, open + 2, link.length() - 1, 10);
        } catch (NumberFormatException _) {
            return 0;
        }
    }
}
