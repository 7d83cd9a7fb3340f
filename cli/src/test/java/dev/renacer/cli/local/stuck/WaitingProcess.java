// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local.stuck;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A process all of whose threads wait. */
final class WaitingProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;

    private WaitingProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it has written a line, and until then all its threads sleep.
     *
     * @param threads  how many it has at least
     */
    static WaitingProcess start(int threads, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        WaitingProcess started = new WaitingProcess(process);
        try {
            String line = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (!"ready".equals(line)) {
                throw new IllegalStateException(command + " said " + line);
            }
            await().atMost(PATIENCE).until(() -> {
                Map<Integer, List<String>> states = started.lines("State:");
                return states.size() >= threads
                        && states.values().stream()
                                .allMatch(lines -> lines.stream().allMatch(state -> state.matches("State:\t[SD] .*")));
            });
            return started;
        } catch (IOException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    int pid() {
        return (int) process.pid();
    }

    /** Of each thread what shows whether anybody has touched it: how often it left its CPU, and its tracer. */
    Map<Integer, List<String>> touches() {
        return lines("voluntary_ctxt_switches", "nonvoluntary_ctxt_switches", "TracerPid");
    }

    /** Of each thread the lines of its status that begin so. */
    private Map<Integer, List<String>> lines(String... beginnings) {
        Map<Integer, List<String>> found = new TreeMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Integer.toString(pid()), "task"))) {
            for (Path task : tasks.toList()) {
                List<String> lines = new ArrayList<>();
                for (String line : Files.readAllLines(task.resolve("status"))) {
                    if (Stream.of(beginnings).anyMatch(line::startsWith)) {
                        lines.add(line);
                    }
                }
                found.put(Integer.valueOf(task.getFileName().toString()), lines);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
