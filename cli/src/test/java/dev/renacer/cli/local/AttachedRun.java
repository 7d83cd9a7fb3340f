// SPDX-FileCopyrightText: The Renacer authors
// SPDX-License-Identifier: Apache-2.0

package dev.renacer.cli.local;

import dev.renacer.cli.Launchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A {@code bin/renacer} that runs beside the test. The launcher execs, so its pid is the command's own. */
public final class AttachedRun implements AutoCloseable {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path err;

    private AttachedRun(Process process, Path err) {
        this.process = process;
        this.err = err;
    }

    /** Starts it with these arguments; what it writes goes to files of the folder. */
    public static AttachedRun start(Path folder, String... arguments) throws IOException {
        Path err = folder.resolve("renacer.err");
        List<String> command = new ArrayList<>(Launchers.command("renacer", List.of(arguments)));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("renacer.out").toFile())
                .redirectError(err.toFile())
                .start();
        return new AttachedRun(process, err);
    }

    /** Attaches to a process and returns once it is traced. */
    public static AttachedRun attach(Process target, Path folder, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-p", Long.toString(target.pid())));
        AttachedRun run = start(folder, all.toArray(String[]::new));
        Awaitility.await().until(() -> run.err().contains("[renacer: Attached to process " + target.pid() + "]"));
        return run;
    }

    /** The running command. */
    public Process process() {
        return process;
    }

    /** What it has written to stderr so far. */
    public String err() throws IOException {
        return Files.readString(err);
    }

    /** Sends a signal by kill(1). */
    public void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Waits for the end. @return the exit code */
    public int await() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("renacer did not end in " + LIMIT_SECONDS + " s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
