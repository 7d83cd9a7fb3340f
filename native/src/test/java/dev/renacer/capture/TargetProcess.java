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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real process under test. It speaks line by line, and is killed when its test ends. */
final class TargetProcess implements AutoCloseable {
    /** Far more than any step takes on a busy machine. */
    static final int LIMIT_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;

    TargetProcess(List<String> command) {
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    TargetProcess(Path program, String... arguments) {
        this(Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList());
    }

    int pid() {
        return Math.toIntExact(process.pid());
    }

    Process process() {
        return process;
    }

    /** Waits for the next line of its output and checks it. */
    TargetProcess says(String expected) {
        String line;
        try {
            line = output.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!expected.equals(line)) {
            throw new AssertionError("expected the line \"" + expected + "\", got \"" + line + "\"");
        }
        return this;
    }

    /** Writes a line to its input. */
    TargetProcess tell(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Ends its input and waits for its exit code. */
    int end() throws InterruptedException {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + pid() + " does not end, its state is " + fields("State"));
        }
        return process.exitValue();
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
        process.destroyForcibly();
    }
}
