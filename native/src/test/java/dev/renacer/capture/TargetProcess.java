// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.capture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real process under test. It speaks line by line, and is killed when its test ends.
 *
 * <p>A shell stands between it and this JVM: Java waits for its own children in threads of its own, and such a wait takes a traced
 * child's stops away from the tracer.
 */
final class TargetProcess implements AutoCloseable {
    /** Far more than any step takes on a busy machine. */
    static final int LIMIT_SECONDS = 60;

    // The background job keeps the shell's input, which a shell would take from it otherwise. It tells its pid itself,
    // before it
    // becomes the program: told by the waiting shell, it could come after the program's first line.
    private static final String SHELL =
            "exec 3<&0; /bin/sh -c 'echo $$; exec \"$@\"' sh \"$@\" <&3 3<&- & exec <&- 3<&-; wait $!";

    private final Process shell;
    private final BufferedReader output;
    private final int pid;

    TargetProcess(List<String> command) {
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", SHELL, "sh"));
        words.addAll(command);
        try {
            shell = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = shell.inputReader(StandardCharsets.UTF_8);
            pid = Integer.parseInt(output.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TargetProcess(Path program, String... arguments) {
        this(Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList());
    }

    int pid() {
        return pid;
    }

    /** Kills it and waits until it is gone. */
    void kill() throws InterruptedException {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        shell.waitFor();
    }

    /** Waits for it to end by itself; false if it did not. */
    boolean endsWithin(long millis) throws InterruptedException {
        return shell.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** The next line of its output; empty at its end. */
    Optional<String> line() {
        try {
            return Optional.ofNullable(output.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next line of its output and checks it. */
    TargetProcess says(String expected) {
        Optional<String> line = line();
        if (!line.equals(Optional.of(expected))) {
            throw new AssertionError("expected the line \"" + expected + "\", got " + line);
        }
        return this;
    }

    /** Writes a line to its input. */
    TargetProcess tell(String line) {
        try {
            shell.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Ends its input and waits for its exit code. */
    int end() throws InterruptedException {
        try {
            shell.outputWriter(StandardCharsets.UTF_8).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!shell.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + pid() + " does not end, its state is " + fields("State"));
        }
        return shell.exitValue();
    }

    /** A field of /proc/PID/task/TID/status for each of its threads. */
    List<String> fields(String name) {
        return fields(pid(), name);
    }

    static List<String> fields(int pid, String name) {
        List<String> values = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks.toList()) {
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (line.startsWith(name + ":")) {
                        values.add(line.substring(name.length() + 1).strip());
                    }
                }
            }
        } catch (NoSuchFileException e) {
            // A thread ended meanwhile, or the whole process has.
            return Files.exists(Path.of("/proc/" + pid)) ? fields(pid, name) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    @Override
    public void close() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
}
