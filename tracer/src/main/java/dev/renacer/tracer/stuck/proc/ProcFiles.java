// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.tracer.stuck.proc;

import dev.renacer.capture.ByteText;
import dev.renacer.tracer.redact.Redactor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads files of /proc, and remembers which it was not allowed to. Text is {@link ByteText}. Not thread-safe. */
public final class ProcFiles {
    private final Path proc;
    private final Redactor redactor;
    private final Set<String> denied = new TreeSet<>();

    /**
     * @param proc      where it is mounted
     * @param redactor  takes the secrets out of names: a program may write anything there
     */
    public ProcFiles(Path proc, Redactor redactor) {
        this.proc = proc;
        this.redactor = redactor;
    }

    /** A name of a thread without secrets. */
    String shown(String name) {
        return ByteText.decode(redactor.text(ByteText.encode(name)));
    }

    /** A file of a process; empty if it is gone, is not there, or may not be read. */
    public Optional<String> read(int pid, String name) {
        return read(folder(pid).resolve(name), name);
    }

    /** Likewise of a thread. */
    public Optional<String> read(int pid, int tid, String name) {
        return read(folder(pid).resolve("task").resolve(Integer.toString(tid)).resolve(name), name);
    }

    /** Likewise of the machine. */
    public Optional<String> read(String name) {
        return read(proc.resolve(name), name);
    }

    /** The first bytes of a file of a process, fewer if it is shorter; none if it cannot be read. */
    public byte[] head(int pid, String name, int length) {
        try (var in = Files.newInputStream(folder(pid).resolve(name))) {
            return in.readNBytes(length);
        } catch (IOException _) {
            return new byte[0];
        }
    }

    /** Where a link of a process leads. */
    public Optional<String> link(int pid, String name) {
        try {
            return Optional.of(Files.readSymbolicLink(folder(pid).resolve(name)).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** All processes. */
    public List<Integer> processes() {
        return numbers(proc);
    }

    /** The threads of a process; none if it is gone. */
    public List<Integer> threads(int pid) {
        return numbers(folder(pid).resolve("task"));
    }

    /** The descriptors of a process; none if it is gone or may not be looked at. */
    public List<Integer> descriptors(int pid) {
        return numbers(folder(pid).resolve("fd"));
    }

    /** The names of the files that may not be read. */
    public Set<String> denied() {
        return Set.copyOf(denied);
    }

    private Path folder(int pid) {
        return proc.resolve(Integer.toString(pid));
    }

    private Optional<String> read(Path file, String name) {
        try {
            return Optional.of(ByteText.decode(Files.readAllBytes(file)));
        } catch (AccessDeniedException _) {
            denied.add(name);
        } catch (FileSystemException e) {
            if ("Operation not permitted".equals(e.getReason())) {
                denied.add(name);
            }
        } catch (IOException e) {
            if ("Operation not permitted".equals(e.getMessage())) { // what a read says, not an open
                denied.add(name);
            }
        }
        return Optional.empty();
    }

    private static List<Integer> numbers(Path folder) {
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                number(entry.getFileName().toString()).ifPresent(found::add);
            }
        } catch (IOException | DirectoryIteratorException _) {
            // It is gone or may not be looked at: what was read until then is right.
        }
        found.sort(null);
        return found;
    }

    private static Optional<Integer> number(String name) {
        try {
            return Optional.of(Integer.valueOf(name));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
